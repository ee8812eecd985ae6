"""What the clock judges is asked every minute, also of a city whose readings are not rolled up yet."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from cityops.devices.sensors import Sensor
from cityops.storage import Database, load_queries
from cityops.storage.devices.registry import register_sensor, series_ids
from tests.storage_samples import DAY, every, put

SQL = {name: queries[name] for queries in map(load_queries, ("cityops.storage", "alerts")) for name in queries}
STATIONS = 30
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RAIN = {"hours": [1], "since": [DAY], "oldest": DAY, "reach": 3600, "now": DAY + HOUR}
ASKED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("hourly_means", "air_station", "pm25", {"hour": DAY, "pollutants": ["pm25"]}),
    ("passages", "traffic_detector", "speed", {"since": DAY, "until": DAY + HOUR}),
    ("rain_parts", "weather_station", "rain_rate", RAIN),
]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


@pytest.mark.parametrize(("name", "kind", "metric", "values"), ASKED)
def test_readings_are_folded_once_and_not_for_each_series(
    database: Database, name: str, kind: str, metric: str, values: dict[str, Any]
) -> None:
    names = [f"S-{number}" for number in range(STATIONS)]
    with database.transaction() as tx:
        for sensor_id in names:
            register_sensor(tx, Sensor(sensor_id, "1", "environment", kind, "", 118.8, 31.9), DAY)
        series = series_ids(tx, [(sensor_id, metric) for sensor_id in names])
        for number in series.values():
            put(tx, number, every(MINUTE, DAY, [20.0] * 60))
        rows = tx.rows(SQL[name], kind=kind, **values)
        plan = tx.value(f"EXPLAIN (ANALYZE, FORMAT JSON) {SQL[name]}", kind=kind, **values)[0]["Plan"]

    assert {row["sensor_id"] for row in rows} == set(names)
    folds = [node["Actual Loops"] for node in nodes(plan) if node["Node Type"] in ("Aggregate", "GroupAggregate")]
    assert folds
    assert max(folds) == 1
