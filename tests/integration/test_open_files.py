"""Files of open data: made once a day is closed, given as they are announced, gone the moment a set is withdrawn."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.registry import series_ids
from cityops.storage.readings.table import ReadingRow, write_readings
from portal.web import allowances
from sharing.datasets.data_set import Subject
from sharing.datasets.quality import closed_days, span_of
from sharing.datasets.store import seed_data_sets
from sharing.errors import DiskLow
from sharing.files import one_file
from sharing.files.making import tend_files
from sharing.files.one_file import FileShelf
from sharing.files.periods import closed_periods
from sharing.files.periods import span_of as span_of_month
from sharing.files.writers import has_parquet
from tests.browser.city import raise_alert
from tests.integration.test_open_data import open_all
from tests.portals import PortalHouse, opened_house

SHANGHAI = ZoneInfo("Asia/Shanghai")
AIR = "readings-air_station"
NOW = utc_now()
DAY = closed_days(NOW, SHANGHAI, most=1)[0]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def shelf(tmp_path: Path) -> FileShelf:
    return FileShelf(tmp_path / "open", SHANGHAI, days=3, floor=0)


@pytest.fixture
def house(
    database: Database, database_url: str, catalogue: Catalogue, shelf: FileShelf, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PortalHouse]:
    """A portal with ten readings of yesterday, whose day is closed."""
    monkeypatch.setitem(allowances.ALLOWANCES, allowances.AllowanceKind.READ, allowances.Allowance(1e6, 1e6))
    folder = {"CITYOPS_OPEN_FILES_DIR": str(shelf.folder)}
    with opened_house(database, database_url, catalogue, **folder) as found:
        with database.transaction() as tx:
            seed_data_sets(tx, catalogue)
        open_all(found)
        put(database, *(span_of(DAY, SHANGHAI)[0] + number * MINUTE for number in range(10)))
        yield found


def put(database: Database, *times: datetime) -> None:
    with database.transaction() as tx:
        series = series_ids(tx, [("air-1", "pm25")])["air-1", "pm25"]
        write_readings(tx, [ReadingRow(time, series, 30.0, Quality.SUSPECT) for time in times], NOW)


def path_of(form: str = "csv") -> str:
    return f"/files/{AIR}/{DAY}.{form}"


def ask(house: PortalHouse, path: str, **headers: str) -> httpx.Response:
    return house.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_closed_day_is_made_once_and_never_changes(house: PortalHouse, shelf: FileShelf) -> None:
    assert tend_files(house.database, NOW, shelf=shelf)
    first = ask(house, path_of(), accept_encoding="identity")

    assert first.status_code == 200
    lines = first.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "time,sensor_id,sensor_name,area_code,longitude,latitude,metric,value,unit,quality"
    assert lines[1] == f"{DAY}T00:00:00+08:00,air-1,一号空气站,990101,119.05,30.05,pm25,30.0,µg/m³,3"
    assert len(lines) == 12
    put(house.database, span_of(DAY, SHANGHAI)[1] - MINUTE)  # late
    tend_files(house.database, NOW + timedelta(hours=1), shelf=shelf)
    assert ask(house, path_of(), accept_encoding="identity").content == first.content

    manifest = house.get("/files/manifest.json").json()
    told = {(one["set"], one["period"], one["format"]): one for one in manifest["files"]}
    one = told[AIR, f"{DAY}", "CSV"]
    assert (one["sha256"], one["rows"]) == (hashlib.sha256(first.content).hexdigest(), 10)
    assert manifest["closed_after_hours"] == 6
    assert ("areas", "current", "GeoJSON") in told
    assert (AIR, f"{DAY - timedelta(days=1)}", "CSV") not in told, "of nothing there is no file"
    if has_parquet():
        assert ask(house, path_of("parquet")).content[:4] == b"PAR1"
    resources = house.get(f"/api/3/action/package_show?id={AIR}").json()["result"]["resources"]
    assert {resource["format"] for resource in resources} >= {"CSV", "GeoJSON", "SensorThings"}
    assert f"{DAY}.csv" in house.get(f"/data/{AIR}").text


def test_a_file_is_given_whole_in_part_packed_or_not_again(house: PortalHouse, shelf: FileShelf) -> None:
    tend_files(house.database, NOW, shelf=shelf)
    whole = ask(house, path_of(), accept_encoding="identity")

    assert whole.headers["content-type"].startswith("text/csv")
    assert f"{AIR}-{DAY}.csv" in whole.headers["content-disposition"]
    assert whole.headers["access-control-allow-origin"] == "*"
    assert parsedate_to_datetime(whole.headers["last-modified"])
    part = ask(house, path_of(), range="bytes=3-6", accept_encoding="gzip")
    assert (part.status_code, part.content) == (206, b"time")
    assert part.headers["content-range"] == f"bytes 3-6/{len(whole.content)}"
    assert "content-encoding" not in part.headers
    assert part.headers["etag"] == whole.headers["etag"]
    assert ask(house, path_of(), range="bytes=999999-").status_code == 416
    changed = ask(house, path_of(), range="bytes=3-6", if_range='"another"', accept_encoding="identity")
    assert changed.status_code == 200
    with house.client.stream("GET", path_of(), headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == whole.content
        assert packed.headers["etag"] != whole.headers["etag"]
    again = ask(house, path_of(), if_none_match=whole.headers["etag"], accept_encoding="identity")
    assert (again.status_code, again.content) == (304, b"")
    head = house.client.head(path_of(), headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, int(head.headers["content-length"])) == (200, b"", len(whole.content))


def test_a_withdrawn_set_is_gone_at_once_and_then_from_the_disk(house: PortalHouse, shelf: FileShelf) -> None:
    tend_files(house.database, NOW, shelf=shelf)
    tag = ask(house, path_of(), accept_encoding="identity").headers["etag"]
    house.run(f"UPDATE data_set SET open_type = 'closed' WHERE name = '{AIR}'")

    for headers in ({}, {"if_none_match": tag}, {"range": "bytes=0-3"}):
        assert ask(house, path_of(), **headers).status_code == 404
    assert AIR not in house.get("/files/manifest.json").text
    assert (shelf.folder / AIR / f"{DAY}.csv").exists()
    tend_files(house.database, NOW, shelf=shelf)
    assert not [one for one in (shelf.folder / AIR).iterdir() if one.is_file()]
    house.run(f"UPDATE data_set SET open_type = 'open' WHERE name = '{AIR}'")
    assert ask(house, path_of()).status_code == 404, "nothing is announced that was removed"
    tend_files(house.database, NOW, shelf=shelf)
    assert ask(house, path_of()).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/files/../../etc/passwd",
        "/files/%2e%2e/%2e%2e/etc/passwd.csv",
        f"/files/{AIR}/..%2f..%2fsecret.csv",
        f"/files/{AIR}/{DAY}.csv.gz",
        f"/files/{AIR}/.{DAY}.csv",
        f"/files/{AIR}/{DAY}.CSV",
        f"/files/{AIR}/",
    ],
)
def test_no_address_reaches_another_file(house: PortalHouse, shelf: FileShelf, path: str) -> None:
    tend_files(house.database, NOW, shelf=shelf)
    (shelf.folder / "secret.csv").write_text("secret")

    assert house.get(path).status_code == 404


def test_alerts_are_given_once_they_are_closed_and_of_open_kinds_only(
    house: PortalHouse, shelf: FileShelf, catalogue: Catalogue
) -> None:
    month = closed_periods(Subject.ALERTS, NOW, SHANGHAI, days=40)[0]
    rule = raise_alert(house.database, catalogue)
    inside = span_of_month(month, SHANGHAI)[1] - MINUTE
    house.run(f"UPDATE alert SET closed_at = '{inside.isoformat()}', active = false, acknowledged_by = 'zhang'")
    tend_files(house.database, NOW, shelf=replace(shelf, days=40))
    found = ask(house, f"/files/alerts/{month}.csv").text

    assert f",{inside.isoformat()},{rule.id},{rule.severity}," in found
    assert ",air-1,一号空气站,990101," in found
    assert "zhang" not in found

    house.run("DELETE FROM data_file")
    house.run(f"UPDATE data_set SET open_type = 'closed' WHERE name = '{AIR}'")
    tend_files(house.database, NOW, shelf=replace(shelf, days=40))
    assert ask(house, f"/files/alerts/{month}.csv").status_code == 404, "nobody knows a sensor of that kind"


def test_places_are_written_again_only_when_they_say_something_else(house: PortalHouse, shelf: FileShelf) -> None:
    path = f"/files/{AIR}/current.geojson"
    tend_files(house.database, NOW, shelf=shelf)
    first, made = house.get(path), (shelf.folder / AIR / "current.geojson").stat().st_mtime_ns
    tend_files(house.database, NOW, shelf=shelf)

    assert (shelf.folder / AIR / "current.geojson").stat().st_mtime_ns == made
    assert first.json()["features"][0]["geometry"] == {"type": "Point", "coordinates": [119.05, 30.05]}
    house.run("UPDATE sensor SET name = '二号' WHERE sensor_id = 'air-1'")
    tend_files(house.database, NOW, shelf=shelf)
    second = house.get(path)
    assert second.json()["features"][0]["properties"]["name"] == "二号"
    assert second.headers["etag"] != first.headers["etag"]
    districts = house.get("/files/areas/current.geojson").json()["features"]
    assert {"990101", "990102"} <= {one["id"] for one in districts}
    assert "new" not in "".join(one.name for one in (shelf.folder / AIR).iterdir())


def test_old_files_go_and_lost_ones_are_made_again(house: PortalHouse, shelf: FileShelf) -> None:
    tend_files(house.database, NOW, shelf=shelf)
    (shelf.folder / AIR / f"{DAY}.csv").unlink()
    packed = shelf.folder / AIR / f"{DAY}.csv.gz"
    packed.unlink()
    assert ask(house, path_of()).status_code == 404
    tend_files(house.database, NOW, shelf=shelf)
    assert ask(house, path_of()).status_code == 200

    tend_files(house.database, NOW + timedelta(days=70), shelf=shelf)
    assert ask(house, path_of()).status_code == 404
    assert not packed.exists()


def test_below_the_floor_no_file_is_made(house: PortalHouse, shelf: FileShelf) -> None:
    with pytest.raises(DiskLow, match="CITYOPS_OPEN_FILES_FLOOR_MB"):
        tend_files(house.database, NOW, shelf=replace(shelf, floor=2**62))

    assert house.get("/files/manifest.json").json()["files"] == []


def test_a_file_that_takes_too_long_is_not_made_and_keeps_no_other_waiting(
    house: PortalHouse, shelf: FileShelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(one_file, "LONGEST", -1.0)
    tend_files(house.database, NOW, shelf=shelf)

    assert ask(house, path_of()).status_code == 404
    assert f"{AIR}/{DAY}.csv is not made" in caplog.text
    assert list((shelf.folder / AIR).glob("*.csv*")) == []
    assert ask(house, f"/files/{AIR}/current.geojson").status_code == 200
