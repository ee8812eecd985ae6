"""A small city of which the readings of air stations are open, and those of traffic detectors are not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.testclient import TestClient

from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.readings.table import ReadingRow, write_readings
from portal.app import create_app
from sharing.datasets.data_set import DataSetDecision, UpdateCycle
from sharing.datasets.grades import DataLevel, Grades, OpenType, ShareType
from sharing.datasets.store import decide, find_data_set, seed_data_sets
from tests.citizen_samples import opened_portal
from tests.portals import portal_settings
from tests.unit.dashboard.samples import AREAS

OPEN = Grades(ShareType.UNCONDITIONAL, "", OpenType.OPEN, DataLevel.GENERAL, general_grade=1, personal=False)
CLOSED = Grades(ShareType.UNCONDITIONAL, "", OpenType.CLOSED, DataLevel.GENERAL, general_grade=1, personal=False)
STATIONS = [
    Sensor("air-1", "990101", "environment", "air_station", "一号空气站", 119.05, 30.05),
    Sensor("air-2", "990102", "environment", "air_station", "二号站 O'Neil", 119.15, 30.06),
    Sensor("air-3", "990102", "environment", "air_station", "=三号站", 119.17, 30.02),
]
LOOP = Sensor("loop-1", "990102", "traffic", "traffic_detector", "二号线圈", 119.15, 30.04)
METRICS = ("pm25", "no2")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 12
FLAGS = (Quality.GOOD, Quality.GOOD, Quality.SUSPECT, Quality.GOOD, Quality.BAD, Quality.NOT_EVALUATED)


def decide_kind(database: Database, kind: str, grades: Grades) -> None:
    """Decide about the readings of a kind of sensors."""
    with database.transaction() as tx:
        name = f"readings-{kind}"
        decision = DataSetDecision(
            grades, UpdateCycle.REALTIME, "ecology", "environment", "CC-BY-4.0", "Order 1 of 2026"
        )
        decide(tx, name, decision, seen=find_data_set(tx, name).version, actor="test", now=utc_now())


def build_open_city(database: Database, catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """Store three open stations with two series of twelve readings each, and a detector that is not open.

    Return the number of each series by sensor and metric. Reading n of a series is of hour n; its value is n for the
    first station's PM2.5, and other series have others.
    """
    with database.transaction() as tx:
        store_areas(tx, AREAS.values())
        for sensor in (*STATIONS, LOOP):
            register_sensor(tx, sensor, BEGIN)
        names = [(station.sensor_id, metric) for station in STATIONS for metric in METRICS]
        series = series_ids(tx, [*names, ("loop-1", "speed")])
        rows = [
            ReadingRow(BEGIN + timedelta(hours=hour), number, value_of(place, hour), FLAGS[hour % len(FLAGS)])
            for place, number in enumerate(series[name] for name in [*names, ("loop-1", "speed")])
            for hour in range(HOURS)
        ]
        write_readings(tx, rows, BEGIN + timedelta(hours=HOURS))
        seed_data_sets(tx, catalogue)
    decide_kind(database, "air_station", OPEN)
    return series


def value_of(place: int, hour: int) -> float:
    """Return the value of a reading: by the place of its series and its hour."""
    return hour + place * 0.25 * (hour % 3)


@dataclass(frozen=True)
class OpenHouse:
    """A portal over that city, the numbers of its series, and its database as the owner sees it."""

    client: TestClient
    series: dict[tuple[str, str], int]
    database: Database
    portal: Database

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for something below `/v1.1/`."""
        answer: httpx.Response = self.client.get(f"/v1.1/{path}" if path else "/v1.1", **options)
        return answer

    def json(self, path: str) -> Any:
        """Return what an address gives, which has to be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def ids(self, path: str) -> list[Any]:
        """Return the ids of a set."""
        return [one["@iot.id"] for one in self.json(path)["value"]]

    def refused(self, path: str) -> str:
        """Return the words with which a request is refused as bad."""
        answer = self.get(path)
        assert answer.status_code == 400, (path, answer.text)
        told = answer.json()
        assert (told["code"], told["type"]) == (400, "error")
        return str(told["message"])


@contextmanager
def opened_open_house(url: str, catalogue: Catalogue, **settings: str) -> Iterator[OpenHouse]:
    """The city and its portal, in the role of production."""
    database = Database(url, application="test")
    series = build_open_city(database, catalogue)
    with opened_portal(database, url, catalogue) as portal:
        app = create_app(read_settings(portal_settings(url, **settings)))
        with TestClient(app, base_url="http://portal.test", client=("192.0.2.7", 5000)) as client:
            yield OpenHouse(client, series, database, portal)
    database.close()
