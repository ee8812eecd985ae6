"""A city for the measurement of the desk: thousands of open alerts, and changes that go on while it is measured."""

import random
import threading
import time
from datetime import datetime, timedelta

from alerts.board import actions, alert_reader, store
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.detection.alert_change import AlertChange
from alerts.errors import AlertChanged, LostRace, NotAllowed
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_files import load_rules
from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.devices.stored_areas import store_areas
from cityops.storage.readings.table import ReadingRow, write_readings

WEST, SOUTH, SIZE = 119.0, 30.0, 0.2
DISTRICTS = 6
RULES = ("gas-emergency", "gas-leak")


def build(database: Database, catalogue: Catalogue, *, alerts: int, now: datetime) -> list[int]:
    """Store a city in which so many alerts are open, each on a detector of its own; return the series."""
    rules = [rule for rule in load_rules(catalogue) if rule.kind == "gas_detector" and rule.id in RULES]
    chance = random.Random(7)
    with database.transaction() as tx:
        store_areas(tx, _areas())
        rule_store.store_rules(tx, rules, now)
        sensors = [_sensor(number, chance) for number in range(alerts)]
        register_sensors(tx, sensors, now)
        found = series_ids(tx, [(sensor.sensor_id, "gas_lel") for sensor in sensors])
        series = [found[sensor.sensor_id, "gas_lel"] for sensor in sensors]
        write_readings(tx, [ReadingRow(now, number, 25.0 + number % 30, Quality.GOOD) for number in series], now)
    for start in range(0, alerts, 500):
        with database.transaction() as tx:
            for place, number in enumerate(series[start : start + 500], start):
                opened = now - timedelta(seconds=(alerts - place) % 1700)
                _raise(tx, rules[place % len(rules)], number, opened)
    return series


class Changes:
    """So many changes of alerts a second, by other officers, until it is stopped. Use as a context."""

    def __init__(self, database: Database, *, per_second: float, spare: int) -> None:
        self._database, self._per_second, self._spare = database, per_second, spare
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.made = 0

    def __enter__(self) -> "Changes":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        chance, started = random.Random(11), time.monotonic()
        with self._database.transaction() as tx:
            ids = [alert.alert_id for alert in alert_reader.open_alerts(tx)][
                self._spare :
            ]  # what stands on top is left to who is measured
        while not self._stop.is_set():
            due = int((time.monotonic() - started) * self._per_second)
            if self.made < due:
                self._change(chance.choice(ids), chance)
                self.made += 1
            else:
                self._stop.wait(0.01)

    def _change(self, alert_id: int, chance: random.Random) -> None:
        """Another officer takes an alert, or writes a comment, or puts it aside, or brings it back."""
        now, person = utc_now(), f"officer-{chance.randrange(9)}"
        try:
            with self._database.transaction() as tx:
                alert = store.find_alert(tx, alert_id)
                self._act(tx, alert, person, now)
        except (LostRace, AlertChanged, NotAllowed):
            return  # somebody was faster: that is a change too

    def _act(self, tx: Transaction, alert: Alert, person: str, now: datetime) -> None:
        act = AlertAct(person, now)
        if alert.suppression.value == "shelved":
            actions.unshelve(tx, alert.alert_id, act, version=alert.version)
        elif not alert.acknowledged:
            actions.acknowledge(tx, alert.alert_id, act, version=alert.version)
        else:
            until = now + timedelta(hours=1)
            actions.shelve(tx, alert.alert_id, act, version=alert.version, reason="known", until=until)


def _raise(tx: object, rule: Rule, series: int, at: datetime) -> None:
    change = AlertChange(rule, series, Event.RAISE, at, 25.0, "benchmark", rule.limit)
    store.apply_change(tx, change, None, at)  # type: ignore[arg-type]


def _sensor(number: int, chance: random.Random) -> Sensor:
    column = number % DISTRICTS
    lon = WEST + SIZE * (column % 3 + chance.random()) / 3
    lat = SOUTH + SIZE * (column // 3 + chance.random()) / 2
    return Sensor(
        f"gas-{number:05}", f"99010{column + 1}", "emergency", "gas_detector", f"燃气探测器 {number}", lon, lat
    )


def _areas() -> list[Area]:
    city = Area("990100", "云州市", AreaLevel.CITY, None, "Yunzhou", _box(WEST, SOUTH, SIZE, SIZE))
    names = (
        ("望湖区", "Wanghu"),
        ("东港区", "Donggang"),
        ("南山区", "Nanshan"),
        ("西津区", "Xijin"),
        ("北苑区", "Beiyuan"),
        ("新城区", "Xincheng"),
    )
    wide, high = SIZE / 3, SIZE / 2
    districts = [
        Area(
            f"99010{place + 1}",
            zh,
            AreaLevel.DISTRICT,
            "990100",
            en,
            _box(WEST + place % 3 * wide, SOUTH + place // 3 * high, wide, high),
        )
        for place, (zh, en) in enumerate(names)
    ]
    return [city, *districts]


def _box(west: float, south: float, wide: float, high: float) -> dict[str, object]:
    east, north = west + wide, south + high
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
