"""What does not reach us is told: refused devices, devices that never came, lost queues, missing reports."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from alerts.board import alert_reader
from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.operations.heartbeats import Beat
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensors
from cityops.storage.messages.broker_sessions import forget_sessions, note_connection, note_taken
from cityops.storage.operations.heartbeats import beat
from ingest.messages import Message
from ingest.status import describe
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
AREA = "990101"
_RAISED = "SELECT reason FROM alert_event WHERE alert_id = %(alert)s ORDER BY alert_event_id LIMIT 1"
BROKER, CLIENT, WEEK = "broker:1883", "cityops-ingest", timedelta(days=7)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Site:
    """A gas detector (a kind of a rule of severity 1) and a noise meter, judged by the built-in rules for delivery."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database = database
        wanted = {"device-unheard", "lost-queue", "missing-reports", "gas-emergency"}
        rules = [rule for rule in load_rules(catalogue) if rule.id in wanted]
        self.keeper = BatchWriter(database, catalogue, Engine(rules, catalogue))
        self.clockwork = TimedEvaluator(Engine(rules, catalogue), load_standards())
        with database.transaction() as tx:
            register_sensors(
                tx,
                [
                    Sensor("gas", AREA, "emergency", "gas_detector", "g", 118.8, 31.9),
                    Sensor("noise", AREA, "environment", "noise_meter", "n", 118.8, 31.9),
                ],
                NOW,
            )
        self.keeper.start(NOW)
        self.listen(0)

    def listen(self, seconds: float) -> None:
        with self.database.transaction() as tx:
            beat(tx, [Beat("ingest/test", facts={"broker": True})], later(seconds))

    def say(self, sensor: str, seconds: float, value: object, seq: int | None = None) -> None:
        domain, metric = ("emergency", "gas_lel") if sensor == "gas" else ("environment", "leq")
        number = "" if seq is None else f', "seq": {seq}'
        payload = f'{{"time": "{later(seconds).isoformat()}", "values": {{"{metric}": {value}}}{number}}}'
        topic = f"cityops/{AREA}/{domain}/{sensor}/telemetry"
        self.keeper.store([Message(topic, payload.encode(), later(seconds))], later(seconds))

    def watch(self, *moments: float) -> None:
        for seconds in moments:
            self.listen(seconds)
            assert self.clockwork.do_round(self.database, later(seconds)) is not None

    def alerts(self, rule: str = "device-unheard") -> list[tuple[str, str, str]]:
        with self.database.transaction() as tx:
            mine = [alert for alert in alert_reader.open_alerts(tx) if alert.rule_id == rule]
            return sorted((one.sensor_id, one.state.value, tx.value(_RAISED, alert=one.alert_id)) for one in mine)


@pytest.fixture
def site(database: Database, catalogue: Catalogue) -> Site:
    return Site(database, catalogue)


def states(alerts: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(sensor, state) for sensor, state, _ in alerts]


# ---- devices that are not taken, or never came


def test_a_detector_that_never_reports_is_told_of_within_a_minute(site: Site) -> None:
    site.watch(0, 30)
    before = site.alerts()
    site.watch(50)

    assert before == []
    assert site.alerts() == [("gas", "UNACK", "gas has never reported since it was registered 50 s ago")]


def test_others_that_never_report_are_told_of_later(site: Site) -> None:
    site.watch(*range(0, 700, 50))

    assert states(site.alerts()) == [("gas", "UNACK"), ("noise", "UNACK")]


def test_a_detector_whose_every_message_is_refused_is_told_of_and_clears_when_one_is_taken(site: Site) -> None:
    site.say("gas", 0, 1)
    site.watch(0)
    for seconds in range(15, 75, 15):
        site.say("gas", seconds, '"broken"')
    site.watch(30)
    before = site.alerts()
    site.watch(60)
    raised = site.alerts()
    site.say("gas", 75, 1)
    site.watch(80)

    assert before == []
    assert raised == [
        ("gas", "UNACK", "all 4 messages of gas in 45 s were refused; see the dead letters"),
    ]
    assert states(site.alerts()) == [("gas", "RTNUN")]


def test_one_broken_message_among_sound_ones_is_no_alert(site: Site) -> None:
    site.say("gas", 0, 1)
    site.say("gas", 15, '"broken"')
    site.watch(0, 55)

    assert site.alerts() == []


def test_a_device_that_was_stored_by_another_way_has_reported(site: Site) -> None:
    site.say("gas", 0, 1)
    with site.database.transaction() as tx:
        tx.execute("DELETE FROM ledger")
    site.watch(0, 50)

    assert site.alerts() == []


def test_while_nobody_is_heard_no_device_is_to_blame(site: Site) -> None:
    site.watch(0)
    assert site.clockwork.do_round(site.database, later(120)) is not None
    site.watch(200, 230)
    before = site.alerts()
    site.watch(250)

    assert before == []
    assert states(site.alerts()) == [("gas", "UNACK")]


# ---- queues


@pytest.mark.parametrize(
    ("kept", "seconds", "lost"), [(False, 60, True), (True, 60, False), (False, WEEK.total_seconds(), False)]
)
def test_a_session_that_should_be_there_and_is_not_is_a_lost_queue(
    site: Site, kept: bool, seconds: float, lost: bool
) -> None:
    site.say("gas", 0, 1)
    with site.database.transaction() as tx:
        first = note_connection(tx, BROKER, CLIENT, kept=False, expiry=WEEK, now=NOW)
        found = note_connection(tx, BROKER, CLIENT, kept=kept, expiry=WEEK, now=later(seconds))
        lines = describe(tx, later(seconds))
    site.watch(seconds)

    assert first is None
    assert (found is not None) == lost
    assert [state for _, state in states(site.alerts("lost-queue"))] == ["UNACK"] * lost
    assert any(line.startswith("lost queue") for line in lines) == lost


def test_a_session_that_somebody_took_is_told_of_and_forgotten_after_an_hour(site: Site) -> None:
    site.say("gas", 0, 1)
    with site.database.transaction() as tx:
        note_connection(tx, BROKER, CLIENT, kept=False, expiry=WEEK, now=NOW)
        note_taken(tx, BROKER, CLIENT, later(5))
    site.watch(10)
    raised = site.alerts("lost-queue")
    site.watch(3700)

    assert raised == [
        (
            "gas",
            "UNACK",
            "the queue of cityops-ingest at broker:1883 was taken by another client: "
            "readings after 12:30:00 UTC may be lost",
        )
    ]
    assert states(site.alerts("lost-queue")) == [("gas", "RTNUN")]


def test_a_broker_that_ended_cleanly_and_keeps_nothing_owes_no_session(database: Database) -> None:
    with database.transaction() as tx:
        note_connection(tx, BROKER, CLIENT, kept=False, expiry=WEEK, now=NOW)
        forget_sessions(tx, BROKER)

        assert note_connection(tx, BROKER, CLIENT, kept=False, expiry=WEEK, now=later(60)) is None


# ---- reports that are missing


def test_many_missing_reports_are_an_alert_on_the_device_that_misses_most(site: Site) -> None:
    site.say("gas", 0, 1, seq=0)
    site.say("noise", 0, 50, seq=0)
    site.watch(0)
    site.say("gas", 15, 1, seq=91)
    site.say("noise", 15, 50, seq=11)
    site.watch(20, 40)
    before = site.alerts("missing-reports")
    site.watch(60)
    raised = site.alerts("missing-reports")
    site.watch(700)

    assert before == []  # a hole that is filled within half a minute is none
    assert raised == [
        ("gas", "UNACK", "100 reports of 2 devices are missing by their numbers (seq), most of gas"),
    ]
    assert states(site.alerts("missing-reports")) == [("gas", "RTNUN")]


def test_holes_that_are_filled_are_no_alert(site: Site) -> None:
    site.say("gas", 0, 1, seq=0)
    site.watch(0)
    site.say("gas", 200, 1, seq=200)
    site.watch(205)
    for number in range(1, 190):
        site.say("gas", number, 1, seq=number)
    site.watch(240, 280)

    assert site.alerts("missing-reports") == []
