"""Files of open data as they are written: for Excel in China, for programs, whole or not at all."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sharing.datasets.data_set import Subject
from sharing.files.columns import COLUMNS, cells
from sharing.files.periods import closed_periods, span_of
from sharing.files.writers import BOM, has_parquet, write_csv, write_geojson, write_parquet

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
COLUMN = COLUMNS[Subject.READINGS]


def row(number: int, name: str = "一号站") -> tuple[Any, ...]:
    return (AT + timedelta(minutes=number), "air-1", name, "990101", 119.05, 30.05, "pm25", -2.5, "µg/m³", 1)


def test_a_csv_file_opens_in_excel_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "set" / "2026-03-01.csv"
    written = write_csv(path, COLUMN, [[row(0), row(1, '=cmd|" /C calc"!A1')], [row(2, "一,号")]], SHANGHAI)
    content = path.read_bytes()

    assert content.startswith(BOM)
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    rows = list(csv.DictReader(io.StringIO(content[3:].decode(), newline="")))
    assert rows[0]["time"] == "2026-03-01T08:30:00+08:00"
    assert (rows[0]["value"], rows[0]["quality"], rows[0]["unit"]) == ("-2.5", "1", "µg/m³"), "a number stays one"
    assert rows[1]["sensor_name"] == '\'=cmd|" /C calc"!A1'
    assert rows[2]["sensor_name"] == "一,号"
    assert (written.rows, written.size) == (3, len(content))
    assert written.digest == hashlib.sha256(content).hexdigest()
    assert gzip.decompress(path.with_name("2026-03-01.csv.gz").read_bytes()) == content
    assert sorted(one.name for one in path.parent.iterdir()) == ["2026-03-01.csv", "2026-03-01.csv.gz"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "＝"])
def test_no_text_begins_like_a_formula(sign: str) -> None:
    assert cells([f"{sign}1", 1, -1.5, None], SHANGHAI) == [f"'{sign}1", "1", "-1.5", ""]


def test_a_file_that_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "2026-03-01.csv"
    write_csv(path, COLUMN, [[row(0)]], SHANGHAI)
    before = path.read_bytes()

    def broken() -> Iterator[list[Any]]:
        yield [row(1)]
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        write_csv(path, COLUMN, broken(), SHANGHAI)

    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["2026-03-01.csv", "2026-03-01.csv.gz"]


def test_of_nothing_there_is_no_file(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "a.csv", COLUMN, [], SHANGHAI).rows == 0
    assert write_geojson(tmp_path / "a.geojson", []).rows == 0
    assert list(tmp_path.iterdir()) == []


def test_places_are_a_feature_collection(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [119.05, 30.05]}
    written = write_geojson(
        tmp_path / "current.geojson", [{"type": "Feature", "id": "a", "geometry": point, "properties": {}}]
    )

    found = json.loads((tmp_path / "current.geojson").read_bytes())
    assert (found["type"], found["features"][0]["geometry"], written.rows) == ("FeatureCollection", point, 1)


@pytest.mark.skipif(not has_parquet(), reason="the extra open")
def test_a_parquet_file_is_geoparquet(tmp_path: Path) -> None:
    import geopandas

    path = tmp_path / "2026-03-01.parquet"
    other = (*row(1)[:4], 119.5, 29.5, *row(1)[6:])
    written = write_parquet(path, COLUMN, [[row(0)], [other]], SHANGHAI)
    found = geopandas.read_parquet(path)

    assert written.rows == len(found) == 2
    assert list(found.columns) == [*COLUMN, "geometry"]
    assert found["time"].dt.tz is not None
    assert found["time"][0] == AT
    assert found["quality"].tolist() == [1, 1]
    assert found.total_bounds.tolist() == [119.05, 29.5, 119.5, 30.05]
    assert found.crs == "OGC:CRS84"


def test_periods_are_closed_days_and_months_of_the_city() -> None:
    now = datetime(2026, 3, 1, 22, tzinfo=UTC)  # 06:00 on 2 March in the city

    assert closed_periods(Subject.READINGS, now, SHANGHAI, days=2) == ["2026-03-01", "2026-02-28"]
    assert closed_periods(Subject.READINGS, now - timedelta(seconds=1), SHANGHAI, days=1) == ["2026-02-28"]
    assert closed_periods(Subject.HOURS, now, SHANGHAI, days=40) == ["2026-02", "2026-01"]
    assert closed_periods(Subject.HOURS, now, SHANGHAI, days=1) == []
    closing = datetime(
        2026, 2, 28, 22, tzinfo=UTC
    )  # 06:00 on 1 March in the city: February is closed with its last day
    assert closed_periods(Subject.HOURS, closing, SHANGHAI, days=20) == ["2026-02"]
    assert closed_periods(Subject.HOURS, closing - timedelta(seconds=1), SHANGHAI, days=20) == []
    start, end = span_of("2026-02", SHANGHAI)
    assert (start.isoformat(), end.isoformat()) == ("2026-02-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00")
    start, end = span_of("2026-12-31", SHANGHAI)
    assert (start.isoformat(), end.isoformat()) == ("2026-12-31T00:00:00+08:00", "2027-01-01T00:00:00+08:00")
