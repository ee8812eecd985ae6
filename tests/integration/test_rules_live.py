"""Rules at work in a real database: edited while engines run, pending over a kill, judged by the clock."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.board import alert_reader
from alerts.detection.readings import Readings
from alerts.errors import RuleError
from alerts.evaluation import backtest
from alerts.evaluation import engine as engine_module
from alerts.evaluation.engine import FORGET_PLACES, Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.measures import Measure, Quantity
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_checks import read_rule
from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.map_features import Layer, MapFeature
from cityops.readings import Quality
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.devices.stored_areas import store_features
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.alert_samples import detector

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")
BOSS = User("boss", Role.SUPERVISOR)


def definition(limit: float = 20, name: str = "gas", **more: Any) -> dict[str, Any]:
    when = {"type": "threshold", "metric": "gas_lel", "direction": "above", "limit": limit, "clear": limit - 5}
    return {
        "id": name, "title": {"zh": "燃气", "en": "Gas"}, "kind": "gas_detector", "severity": 2, "when": when,
    } | more  # fmt: skip


class Site:
    """A city of a few sensors, and what was heard of them."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database, self.catalogue = database, catalogue
        with database.transaction() as tx:
            register_sensors(
                tx,
                [
                    Sensor("G-1", "990101", "emergency", "gas_detector", "g", 118.8, 31.9),
                    Sensor("A-1", "990101", "environment", "air_station", "a", 118.8, 31.9),
                    Sensor("W-1", "990101", "environment", "weather_station", "w", 118.8, 31.9),
                    *(Sensor(f"T-{n}", "990101", "traffic", "traffic_detector", "t", 118.8, 31.9) for n in range(6)),
                ],
                NOW,
            )
            metrics = {
                "G-1": ["gas_lel"],
                "A-1": ["pm25", "pm10", "no2", "so2", "co", "o3"],
                "W-1": ["temperature", "rain_rate"],
            } | {f"T-{n}": ["speed"] for n in range(6)}
            wanted = [(sensor, metric) for sensor, names in metrics.items() for metric in names]
            self.series = series_ids(tx, wanted)

    def engine(self, *definitions: dict[str, Any], now: datetime = NOW) -> Engine:
        engine = Engine([self.rule(one) for one in definitions], self.catalogue, CHINA)
        with self.database.transaction() as tx:
            engine.start(tx, now)
        return engine

    def rule(self, given: dict[str, Any]) -> Rule:
        return read_rule(given, self.catalogue)

    def hear(
        self, engine: Engine, value: float, at: datetime, *, now: datetime | None = None
    ) -> list[tuple[str, str, str]]:
        """Judge and store one reading of the gas detector, as ingest does; return rule, event and reason."""
        series = self.series["G-1", "gas_lel"]
        with self.database.transaction() as tx:
            found = engine.judge(tx, Readings.of([(at, series, value, Quality.GOOD)]), now=now or at)
            write_readings(tx, [ReadingRow(at, series, value, Quality.GOOD)], now or at)
        return [(change.rule.id, change.event.value, change.reason) for change in found.changes]

    def store(self, sensor: str, metric: str, values: Iterable[tuple[datetime, float]]) -> None:
        rows = [ReadingRow(at, self.series[sensor, metric], value, Quality.GOOD) for at, value in values]
        with self.database.transaction() as tx:
            write_readings(tx, rows, NOW)

    def heard_at(self, sensor: str, at: datetime) -> None:
        with self.database.transaction() as tx:
            tx.execute(
                "INSERT INTO ledger (sensor_id, heard_at) VALUES (%(sensor)s, %(at)s) "
                "ON CONFLICT (sensor_id) DO UPDATE SET heard_at = EXCLUDED.heard_at",
                sensor=sensor,
                at=at,
            )

    def clockwork(self, *definitions: dict[str, Any]) -> TimedEvaluator:
        return TimedEvaluator(self.engine(*definitions), load_standards())

    def alerts(self) -> list[tuple[str, str, str]]:
        with self.database.transaction() as tx:
            return sorted((one.rule_id, one.sensor_id, one.state.value) for one in alert_reader.open_alerts(tx))

    def edit(self, given: dict[str, Any], *, by: User = BOSS, **more: Any) -> None:
        with self.database.transaction() as tx:
            rule_store.edit_rule(tx, given, by=by, catalogue=self.catalogue, now=NOW, **more)


@pytest.fixture
def site(database: Database, catalogue: Catalogue) -> Site:
    return Site(database, catalogue)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


# ---- rules in the database


def test_a_rule_that_a_supervisor_edits_is_used_within_seconds(site: Site) -> None:
    engine = site.engine(definition(20))

    assert site.hear(engine, 12, later(0)) == []
    site.edit(definition(10))
    assert site.hear(engine, 12, later(2)) == [("gas", "raise", "gas_lel 12 is at or above 10")]


def test_the_file_replaces_an_edited_rule_only_when_the_file_changes(site: Site) -> None:
    def limits() -> list[float]:
        with site.database.transaction() as tx:
            return [rule.definition["when"]["limit"] for rule in rule_store.stored_rules(tx)]

    site.engine(definition(20))
    site.edit(definition(10))
    site.engine(definition(20))
    assert limits() == [10]
    site.engine(definition(30))
    assert limits() == [30]


def test_every_version_is_kept_with_who_made_it(site: Site) -> None:
    site.engine(definition(20))
    site.edit(definition(10))
    site.edit(definition(10), enabled=False)

    with site.database.transaction() as tx:
        versions = tx.rows(rule_store.SQL["rule_history"], rule_id="gas")
        audited = tx.value("SELECT count(*) FROM audit_log WHERE action = 'rule.edit' AND actor = 'boss'")
    told = [(row["version"], row["definition"]["when"]["limit"], row["enabled"], row["actor"]) for row in versions]
    assert told == [(3, 10, False, "boss"), (2, 10, True, "boss"), (1, 20, True, "file")]
    assert audited == 2


def test_a_rule_that_leaves_the_file_is_switched_off_and_one_that_people_made_stays(site: Site) -> None:
    site.engine(definition(20), definition(30, name="other"))
    site.edit(definition(40, name="ours"))
    site.engine(definition(20))

    with site.database.transaction() as tx:
        assert {rule.rule_id: rule.enabled for rule in rule_store.stored_rules(tx)} == {
            "gas": True, "other": False, "ours": True,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "by", "words"),
    [
        ({"kind": "toaster"}, BOSS, "kind"),
        ({"when": definition()["when"] | {"clear": 99}}, BOSS, "clear"),
        ({"when": definition()["when"] | {"metric": "sparkle"}}, BOSS, "metric"),
        ({"schedule": {"zone": "Mars/Olympus"}}, BOSS, "schedule.zone"),
        ({}, User("duty", Role.OFFICER), "supervisor"),
    ],
)
def test_a_bad_edit_is_refused_and_the_running_rule_stays(
    site: Site, change: dict[str, Any], by: User, words: str
) -> None:
    engine = site.engine(definition(20))

    with pytest.raises(RuleError, match=words):
        site.edit(definition(20) | change, by=by)

    assert site.hear(engine, 25, later(2)) == [("gas", "raise", "gas_lel 25 is at or above 20")]


def test_of_two_who_edit_at_once_the_second_is_told(site: Site) -> None:
    site.engine(definition(20))
    site.edit(definition(10), version=1)

    with pytest.raises(RuleError, match="meanwhile"):
        site.edit(definition(30), version=1)


# ---- delays over a kill


def test_a_delay_goes_on_where_a_killed_worker_left_it(site: Site) -> None:
    rule = definition(20, on_delay=300)
    site.hear(site.engine(rule), 30, later(0))
    site.hear(site.engine(rule), 30, later(200))

    successor = site.engine(rule)

    assert site.hear(successor, 30, later(299)) == []
    assert site.hear(successor, 30, later(300)) == [("gas", "raise", "gas_lel 30 is at or above 20 for 300 s")]


def test_what_was_rolled_back_did_not_happen(site: Site) -> None:
    engine = site.engine(definition(20, on_delay=300))
    series = site.series["G-1", "gas_lel"]

    with suppress(KeyboardInterrupt), site.database.transaction() as tx:
        engine.judge(tx, Readings.of([(NOW, series, 30.0, Quality.GOOD)]), now=NOW)
        raise KeyboardInterrupt

    assert site.hear(engine, 30, later(100)) == []
    assert site.hear(engine, 30, later(399)) == []
    assert len(site.hear(engine, 30, later(400))) == 1


def test_a_reading_that_comes_again_or_late_changes_nothing(site: Site) -> None:
    engine = site.engine(definition(20))

    assert len(site.hear(engine, 30, later(0))) == 1
    assert site.hear(engine, 1, later(0)) == []
    assert site.hear(engine, 1, later(-60), now=later(1)) == []
    assert site.alerts() == [("gas", "G-1", "UNACK")]


def test_a_rise_is_measured_from_readings_that_an_earlier_worker_stored(site: Site) -> None:
    rise = {"type": "rate", "metric": "gas_lel", "direction": "above", "change": 5, "seconds": 120, "clear": 1}
    rule = definition() | {"when": rise | {"beyond": 8}}
    site.hear(site.engine(rule), 4, later(0))

    found = site.hear(site.engine(rule), 9.5, later(60))

    assert found == [("gas", "raise", "gas_lel rose by 5.5 within 120 s, at least 5")]


# ---- over what is stored


def test_history_gives_the_alerts_that_came_live(site: Site) -> None:
    rise = {"type": "rate", "metric": "gas_lel", "direction": "above", "change": 12, "seconds": 120, "clear": 1}
    rules = [definition(20, on_delay=60), definition(name="rise") | {"when": rise | {"beyond": 15}}]
    engine = site.engine(*rules)
    wave = [3, 16, 22, 30, 25, 8, 21, 3, 25, 25, 25, 25, 4, 2]
    live = [site.hear(engine, value, later(30 * place)) for place, value in enumerate(wave)]

    found = backtest.replay(
        site.database, [site.rule(one) for one in rules], site.catalogue, start=NOW, end=later(3600), zone=CHINA
    )
    replayed = [(one.rule.id, one.event.value, one.reason) for step in found for one in step.changes]

    assert len(replayed) >= 6
    assert replayed == [one for batch in live for one in batch]
    with site.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM alert_event") == len(replayed)  # the replay added none


# ---- faults, rules that are switched off


FAULT = {
    "id": "rule-fault", "title": {"zh": "规则故障", "en": "Rule fault"}, "kind": "*", "severity": 3,
    "when": {"type": "fault"},
}  # fmt: skip


def test_a_rule_that_fails_is_off_visible_and_an_alert_until_it_is_put_right(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = site.clockwork(definition(20), FAULT)
    engine = site.engine(definition(20), FAULT)
    with monkeypatch.context() as broken:
        broken.setattr("alerts.conditions.limits.Threshold.judge", lambda *_: 1 / 0)
        found = site.hear(engine, 30, later(0))

    assert found == [("rule-fault", "raise", "rule gas was switched off: ZeroDivisionError: division by zero")]
    with site.database.transaction() as tx:
        (stored,) = (rule for rule in rule_store.stored_rules(tx) if rule.rule_id == "gas")
    assert (stored.enabled, stored.fault) == (False, "ZeroDivisionError: division by zero")
    clock.do_round(site.database, later(2))
    assert site.alerts() == [("rule-fault", "G-1", "UNACK")]
    site.edit(definition(20))
    clock.do_round(site.database, later(5))
    assert site.alerts() == [("rule-fault", "G-1", "RTNUN")]


def test_alerts_of_a_rule_that_people_switch_off_end_with_that_reason(site: Site) -> None:
    clock = site.clockwork(definition(20))
    site.hear(site.engine(definition(20)), 30, later(0))
    site.edit(definition(20), enabled=False)

    found = clock.do_round(site.database, later(2))

    assert found is not None
    assert [change.reason for change in found.changes] == ["the rule was switched off"]
    assert site.alerts() == [("gas", "G-1", "RTNUN")]


def test_alerts_that_a_rule_no_longer_looks_at_end(site: Site) -> None:
    clock = site.clockwork(definition(20))
    site.hear(site.engine(definition(20)), 30, later(0))
    site.edit(definition(20, scope={"areas": ["990102"]}))

    clock.do_round(site.database, later(2))

    assert site.alerts() == [("gas", "G-1", "RTNUN")]


# ---- by the clock


def timed(name: str, kind: str, **when: Any) -> dict[str, Any]:
    return definition(name=name) | {"kind": kind, "when": when}


def test_a_sensor_that_is_not_heard_is_missed_and_then_heard_again(site: Site) -> None:
    clock = site.clockwork(timed("silent", "gas_detector", type="missing", seconds=300))
    site.heard_at("G-1", later(0))

    def round_at(second: float) -> list[tuple[str, str, str]]:
        site.heard_at("A-1", later(second))  # somebody is heard all the time
        clock.do_round(site.database, later(second))
        return site.alerts()

    assert [round_at(second) for second in (10, 100, 299)] == [[], [], []]
    assert round_at(310) == [("silent", "G-1", "UNACK")]
    site.heard_at("G-1", later(320))
    assert round_at(330) == [("silent", "G-1", "RTNUN")]


def test_when_nobody_is_heard_nobody_is_missed(site: Site) -> None:
    clock = site.clockwork(timed("silent", "gas_detector", type="missing", seconds=300))
    site.heard_at("G-1", later(0))
    site.heard_at("A-1", later(0))

    for second in range(0, 3600, 60):
        clock.do_round(site.database, later(second))
    site.heard_at("A-1", later(3600))
    clock.do_round(site.database, later(3600))
    assert site.alerts() == []
    site.heard_at("A-1", later(3900))
    clock.do_round(site.database, later(3901))
    assert site.alerts() == [("silent", "G-1", "UNACK")]


def test_a_value_that_does_not_move_is_found_and_its_movement_too(site: Site) -> None:
    clock = site.clockwork(timed("stuck", "gas_detector", type="flat", metric="gas_lel", seconds=600))
    site.store("G-1", "gas_lel", [(later(second), 3.0) for second in range(-900, -239, 60)])
    clock.do_round(site.database, later(-230))
    assert site.alerts() == [("stuck", "G-1", "UNACK")]

    site.store("G-1", "gas_lel", [(later(-180), 3.1)])
    clock.do_round(site.database, later(-100))
    assert site.alerts() == [("stuck", "G-1", "RTNUN")]


def test_a_value_that_has_not_been_watched_for_long_enough_is_not_stuck(site: Site) -> None:
    clock = site.clockwork(timed("stuck", "gas_detector", type="flat", metric="gas_lel", seconds=600))
    site.store("G-1", "gas_lel", [(later(second), 3.0) for second in range(-540, 1, 60)])

    clock.do_round(site.database, later(10))

    assert site.alerts() == []


def test_the_index_of_the_last_full_hour(site: Site) -> None:
    clock = site.clockwork(timed("aqi-4", "air_station", type="aqi", level=4))
    hour = NOW.replace(minute=0) - timedelta(hours=1)
    for metric, value in {"pm25": 130.0, "pm10": 60.0, "no2": 20.0, "so2": 9.0, "co": 0.5, "o3": 60.0}.items():
        site.store("A-1", metric, [(hour + timedelta(minutes=minute), value) for minute in range(50)])

    clock.do_round(site.database, NOW)

    assert site.alerts() == [("aqi-4", "A-1", "UNACK")]


def test_the_rain_of_the_last_hours(site: Site) -> None:
    clock = site.clockwork(
        timed("rain-3", "weather_station", type="rainstorm", colour=3),
        timed("rain-4", "weather_station", type="rainstorm", colour=4),
    )
    site.store("W-1", "rain_rate", [(later(-60 * minute), 10.0) for minute in range(1, 330)])

    clock.do_round(site.database, NOW)

    assert site.alerts() == [("rain-3", "W-1", "UNACK")]
    with site.database.transaction() as tx:
        alert = alert_reader.open_alerts(tx)[0]
    assert (alert.limit_value, alert.measure) == (50, Measure(Quantity.RAINFALL, 6 * 3600))
    assert (alert.trigger_value or 0) >= 50  # millimetres


def test_the_traffic_of_a_district(site: Site) -> None:
    clock = site.clockwork(timed("tpi-5", "traffic_detector", type="tpi", level=5))
    for number in range(6):
        speed = 8.0 + number if number < 2 else 50.0
        site.store(f"T-{number}", "speed", [(later(-60 * minute), speed) for minute in range(1, 12)])

    clock.do_round(site.database, NOW)

    assert site.alerts() == []  # no roads are known: nobody can say how long the jams are

    line = {"type": "LineString", "coordinates": [[118.79, 31.9], [118.81, 31.9]]}
    with site.database.transaction() as tx:
        store_features(tx, [MapFeature("road-1", Layer.ROAD, "main", "中山路", line)])
    clock.do_round(site.database, NOW + timedelta(minutes=1))

    assert site.alerts() == [("tpi-5", "T-0", "UNACK")]


def test_a_rule_of_the_clock_that_fails_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = timed("silent", "gas_detector", type="missing", seconds=300)
    clock = site.clockwork(silent, timed("stuck", "gas_detector", type="flat", metric="gas_lel", seconds=600), FAULT)
    site.store("G-1", "gas_lel", [(later(second), 3.0) for second in range(-900, -9, 60)])
    site.heard_at("G-1", later(0))
    monkeypatch.setattr("alerts.detection.timed.missing", lambda *_, **__: 1 / 0)

    clock.do_round(site.database, later(0))

    assert site.alerts() == [("rule-fault", "G-1", "UNACK"), ("stuck", "G-1", "UNACK")]


def test_two_watches_do_not_judge_at_once(site: Site) -> None:
    clock = site.clockwork()
    with site.database.transaction() as tx:
        tx.execute("SELECT pg_advisory_xact_lock(hashtext('cityops watch conditions'))")
        assert clock.do_round(site.database, NOW) is None


def test_where_sensors_stand_is_asked_again_now_and_then_a_few_at_a_time(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "LEARNED_AGAIN", 2)
    engine, nothing = Engine([], catalogue), np.zeros(0, dtype=np.int64)
    with database.transaction() as tx:
        series = np.array([detector(tx, f"gas-{number}") for number in range(3)], dtype=np.int64)
        engine.meet(tx, series, NOW)
        tx.execute("UPDATE sensor SET area_code = '990102', topic_area = NULL")

        def stand(now: datetime) -> list[str]:
            engine.meet(tx, nothing, now)
            return sorted(one.area for one in engine.plan.roster.by_id.values())

        assert stand(NOW + FORGET_PLACES - timedelta(seconds=1)) == ["990101"] * 3
        assert stand(NOW + FORGET_PLACES) == ["990101", "990102", "990102"]
        assert stand(NOW + FORGET_PLACES) == ["990102"] * 3
