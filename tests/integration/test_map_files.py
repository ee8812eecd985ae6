"""`cityops export` and `/api/v1/export`, `/api/v1/near`: over a real database, read back by geopandas."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import geopandas
import pytest
from typer.testing import CliRunner

from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.command_line import app
from cityops.geography import files
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.devices.stored_areas import store_areas, store_features
from dashboard.app import create_app
from tests.storage_samples import AREAS, every, make_city, put
from tests.unit.dashboard import samples
from tests.unit.dashboard.visitors import TestClient

PASSWORD = "Tired-at-3am"


@pytest.fixture
def city(database: Database) -> Database:
    now = utc_now()  # of the test: values of the collection would be old
    with database.transaction() as tx:
        series = make_city(tx, at=now - timedelta(days=1))
        store_areas(tx, [replace(AREAS[1], geometry=samples.box(121, 31, 0.5))])
        store_features(tx, [feature for feature in samples.FEATURES if feature.kind == "hospital"])
        put(tx, series["air-1", "pm25"], every(timedelta(minutes=1), now - timedelta(minutes=3), [10.0, 20.0]))
    return database


@pytest.fixture
def client(city: Database, database_url: str, catalogue: Catalogue) -> Iterator[TestClient]:
    with city.transaction() as tx:
        store_user(tx, "gu", role=Role.VIEWER, password=PASSWORD, actor="test", now=utc_now())
    settings = read_settings({"CITYOPS_DATABASE_URL": database_url, "CITYOPS_COOKIE_SECURE": "false"})
    with TestClient(create_app(settings, catalogue), follow_redirects=False) as client:
        client.post("/login", data={"name": "gu", "password": PASSWORD})
        yield client


def test_the_verbs_write_files_that_are_read_back(
    city: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    sensors, areas, alerts = (tmp_path / name for name in ("sensors.gpkg", "areas.geojson", "alerts.gpkg"))

    done = [
        CliRunner().invoke(app, ["export", *words])
        for words in (["sensors", str(sensors)], ["areas", str(areas), "--metric", "pm25"], ["alerts", str(alerts)])
    ]

    assert [result.exit_code for result in done] == [0, 0, 0]
    assert done[0].output == f"4 sensors are in {sensors}.\n"
    found = geopandas.read_file(sensors).set_index("sensor")
    assert (found.loc["air-1", "value"], found.loc["air-1"].geometry.x) == (20.0, 121.1)
    district = geopandas.read_file(areas).iloc[0]
    assert (district["area"], district["sensors"], district["pm25"], district["pm25_sensors"]) == ("990101", 2, 20.0, 1)
    assert geopandas.read_file(alerts).empty
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'map.export'") == 3


def test_a_metric_of_no_catalogue_is_refused(
    city: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)

    refused = CliRunner().invoke(app, ["export", "areas", str(tmp_path / "a.gpkg"), "--metric", "beauty"])

    assert "no metric 'beauty'" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []


def test_the_api_answers_with_files_and_with_what_is_near(client: TestClient, tmp_path: Path) -> None:
    taken = client.get("/api/v1/export/sensors?format=gpkg")
    path = tmp_path / "sensors.gpkg"
    path.write_bytes(taken.content)
    near = client.get("/api/v1/near?lon=121.1&lat=31.1&km=20").json()

    assert (taken.status_code, taken.headers["content-type"]) == (200, "application/geopackage+sqlite3")
    assert len(geopandas.read_file(path)) == 4
    assert [(device["id"], device["km"]) for device in near["devices"]] == [("air-1", 0.0), ("air-2", 14.63)]
    assert near["places"] == []
    assert client.get("/api/v1/near?lon=119.05&lat=30.05").json()["places"][0]["zh"] == "望湖医院"
    assert client.get("/api/v1/alerts/7/near").status_code == 404
    assert client.get("/api/v1/near?lon=119&lat=99").status_code == 422


def test_what_cannot_be_written_is_said(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    without = client.get("/api/v1/export/alerts?format=parquet")

    assert (without.status_code, "cityops[geoparquet]" in without.text) == (422, True)
    assert client.get("/api/v1/export/areas?metric=beauty").status_code == 422
    assert client.get("/api/v1/export/areas?format=xlsx").status_code == 422
    assert [client.get("/api/v1/export/alerts").status_code for _ in range(5)] == [200] * 5
