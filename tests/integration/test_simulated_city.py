"""`cityops city clear-simulated` takes out what the simulator registered, and nothing of the real city."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from cityops.areas import Area, AreaLevel
from cityops.command_line import app
from cityops.devices.sensors import Sensor
from cityops.map_features import Layer, MapFeature
from cityops.storage import Database
from cityops.storage.devices.registry import load_sensors, register_sensors
from cityops.storage.devices.stored_areas import load_areas, load_features, store_areas, store_features

NOW = datetime(2026, 7, 30, 4, 0, tzinfo=UTC)
LINE = {"type": "LineString", "coordinates": [[118.7, 31.9], [118.8, 31.9]]}


@pytest.fixture
def mixed(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The simulated city beside a real district, a real road, and a real device that stands in a simulated area."""
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    with database.transaction() as tx:
        store_areas(tx, [Area("990100", "市", AreaLevel.CITY), Area("990101", "区", AreaLevel.DISTRICT, "990100"),
                         Area("310101", "黄浦区", AreaLevel.DISTRICT, "990100")])  # fmt: skip
        register_sensors(tx, [Sensor("AQ-0001", "990101", "environment", "air_station", "a", 118.8, 31.9),
                              Sensor("AQ-0002", "310101", "environment", "air_station", "b", 121.4, 31.2),
                              Sensor("roof.7", "990101", "environment", "air_station", "c", 118.8, 31.9)],
                         NOW)  # fmt: skip
        store_features(tx, [MapFeature(name, Layer.ROAD, "main", name, LINE) for name in ("road-001", "road-9f3c")])
    return database


def what_is_left(database: Database) -> tuple[set[str], set[str], set[str]]:
    with database.transaction() as tx:
        features = {feature.feature_id for feature in load_features(tx)}
        return set(load_areas(tx)), set(load_sensors(tx)), features


def test_only_the_simulated_city_is_removed(mixed: Database) -> None:
    done = CliRunner().invoke(app, ["city", "clear-simulated"])

    assert done.output == "1 sensors, 2 areas, 1 map features are removed.\n"
    assert what_is_left(mixed) == ({"310101"}, {"AQ-0002", "roof.7"}, {"road-9f3c"})


def test_a_dry_run_changes_nothing(mixed: Database) -> None:
    before = what_is_left(mixed)
    done = CliRunner().invoke(app, ["city", "clear-simulated", "--dry-run"])

    assert done.output == "1 sensors, 2 areas, 1 map features would be removed; nothing was changed.\n"
    assert what_is_left(mixed) == before
