"""A silent district is one alert, not one for each device; and no round of watch keeps ingest waiting for long."""

from datetime import datetime
from itertools import count
from unittest.mock import patch

import pytest

from alerts.detection.alert_change import DetectionResult
from alerts.detection.readings import Readings
from alerts.evaluation import timed
from alerts.evaluation.condition_store import busy_series, courses_of, lock_courses
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules.definitions import Rule
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.standards.tables import load_standards
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensors, series_ids
from tests.integration.test_rules_live import NOW, Site, definition, later
from tests.integration.test_rules_live import timed as timed_rule

EAST, WEST = "990101", "990102"
SILENT = timed_rule("silent", "*", type="missing", seconds=300)
DISTRICT = timed_rule("district", "*", type="widespread", rule="silent", devices=5, share=0.5)
LOUD = {
    "kind": "noise_meter",
    "when": {"type": "threshold", "metric": "leq", "direction": "above", "limit": 80, "clear": 70},
}
CITY = timed_rule("city", "*", type="widespread", rule="silent", devices=12, share=0.5, area_digits=0)


class TwoDistricts(Site):
    """Ten devices in each of two districts, all heard at NOW."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        super().__init__(database, catalogue)
        self.east = [f"E-{number:02}" for number in range(10)]
        self.west = [f"W-{number:02}" for number in range(10)]
        places = [(name, EAST) for name in self.east] + [(name, WEST) for name in self.west]
        with database.transaction() as tx:
            tx.execute("DELETE FROM series")
            tx.execute("DELETE FROM sensor")
            register_sensors(
                tx, [Sensor(name, area, "environment", "noise_meter", "n", 118.8, 31.9) for name, area in places], NOW
            )
            self.series = series_ids(tx, [(name, "leq") for name, _ in places])
        self.hear_all(NOW, *self.east, *self.west)

    def hear_all(self, at: datetime, *sensors: str) -> None:
        for sensor in sensors:
            self.heard_at(sensor, at)

    def go_on(self, clock: TimedEvaluator, seconds: float, *silent: str) -> list[tuple[str, str, str]]:
        """Hear everybody but those who are silent, and judge; return the open alerts that are not over."""
        self.hear_all(later(seconds), *({*self.east, *self.west} - set(silent)))
        clock.do_round(self.database, later(seconds))
        return [alert for alert in self.alerts() if alert[2] == "UNACK"]


@pytest.fixture
def site(database: Database, catalogue: Catalogue) -> TwoDistricts:
    return TwoDistricts(database, catalogue)


def test_a_silent_district_is_one_alert_and_single_devices_are_told_when_it_is_over(site: TwoDistricts) -> None:
    clock = site.clockwork(SILENT, DISTRICT)
    clock.do_round(site.database, NOW)

    assert site.go_on(clock, 310, *site.east, "W-00") == [("district", "E-00", "UNACK"), ("silent", "W-00", "UNACK")]
    assert site.go_on(clock, 620, "E-01", "E-02", "E-03") == [("district", "E-00", "UNACK")], "three of ten: it stays"
    assert site.go_on(clock, 930, "E-01", "E-02") == [("silent", "E-01", "UNACK"), ("silent", "E-02", "UNACK")]


def test_devices_that_were_told_already_keep_their_alerts(site: TwoDistricts) -> None:
    clock = site.clockwork(SILENT, DISTRICT)
    clock.do_round(site.database, NOW)

    assert site.go_on(clock, 310, "E-05", "E-06") == [("silent", "E-05", "UNACK"), ("silent", "E-06", "UNACK")]
    assert site.go_on(clock, 620, *site.east) == [
        ("district", "E-00", "UNACK"), ("silent", "E-05", "UNACK"), ("silent", "E-06", "UNACK"),
    ]  # fmt: skip


def test_a_silent_city_is_one_alert_and_not_one_of_each_district(site: TwoDistricts) -> None:
    clock = site.clockwork(SILENT, DISTRICT, CITY)
    clock.do_round(site.database, NOW)

    told = site.go_on(clock, 310, *site.east, *site.west[1:])

    assert told == [("city", "E-00", "UNACK")]


def test_a_rule_that_is_switched_off_ends_what_was_told_of_it(site: TwoDistricts) -> None:
    clock = site.clockwork(SILENT, DISTRICT)
    clock.do_round(site.database, NOW)
    assert site.go_on(clock, 310, *site.east) == [("district", "E-00", "UNACK")]

    site.edit(SILENT, enabled=False)

    assert site.go_on(clock, 320, *site.east) == []


def test_what_is_too_much_for_one_round_follows_in_the_next(site: TwoDistricts) -> None:
    clock = site.clockwork(SILENT)
    clock.do_round(site.database, NOW)
    counts = []

    with patch.object(timed, "MOST_SERIES", 4):
        for seconds in (310, 311, 312):
            counts.append(len(site.go_on(clock, seconds, *site.east)))

    assert counts == [4, 8, 10]


def test_ingest_does_not_wait_for_a_rule_that_is_judged_after_another(site: TwoDistricts) -> None:
    """The conditions of the first rule are free again before the second one is asked."""
    clock = site.clockwork(SILENT, timed_rule("second", "*", type="missing", seconds=200))
    clock.do_round(site.database, NOW)
    waits: list[str] = []

    def judge(tx: Transaction, rule: Rule, now: datetime) -> DetectionResult:
        waits.append(rule.id)
        with site.database.transaction() as ingest:
            ingest.execute("SET LOCAL lock_timeout = '3s'")
            lock_courses(ingest, site.series.values(), ["silent", "second"], [])
        return original(tx, rule, now)

    original = clock._judge_rule
    with patch.object(clock, "_judge_rule", judge):
        told = site.go_on(clock, 310, *site.east)

    assert sorted(waits) == ["second", "silent"]
    assert len(told) == 20


def test_who_stores_readings_does_not_wait_while_a_city_is_looked_at(site: TwoDistricts) -> None:
    """What only the clock judges is locked by watch alone, and is no reason to look at a reading twice."""
    clock = site.clockwork(SILENT)
    clock.do_round(site.database, NOW)
    site.go_on(clock, 310, *site.east)
    engine = site.engine(SILENT, definition(name="loud") | LOUD)
    series = site.series["E-01", "leq"]
    with site.database.transaction() as watch:
        assert len(courses_of(watch, ["silent"])) == 10
        with site.database.transaction() as ingest:
            ingest.execute("SET LOCAL lock_timeout = '3s'")
            readings = Readings.of([(later(320), series, 90.0, Quality.GOOD)])
            assert [change.rule.id for change in engine.judge(ingest, readings, now=later(320)).changes] == ["loud"]
            assert busy_series(ingest, engine.plan.judged_by_readings) == {series}


def test_a_city_that_takes_long_to_look_at_is_looked_at_less_often(site: TwoDistricts) -> None:
    ticks = count(step=2)  # each look takes two seconds, so the next is after sixty
    clock = TimedEvaluator(site.engine(SILENT), load_standards(), clock=lambda: float(next(ticks)))
    clock.do_round(site.database, NOW)

    assert site.go_on(clock, 310, "E-01") == [("silent", "E-01", "UNACK")]
    site.heard_at("E-02", NOW)
    assert site.go_on(clock, 369, "E-01", "E-02") == [("silent", "E-01", "UNACK")], "it rests"
    assert len(site.go_on(clock, 371, "E-01", "E-02")) == 2
