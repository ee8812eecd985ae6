"""A batch is one transaction: readings, alert changes and dead letters."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pandas as pd
import pytest

from alerts.board import actions, alert_history, alert_reader
from alerts.board.actions import AlertAct
from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_frame, presence_frame
from cityops.storage.devices.registry import sensor_frame
from cityops.storage.messages.dead_letters import dead_letter_frame
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.table import history_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from ingest.storing.outcome import StoringOutcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/emergency/GAS-1/"
META = {"kind": "gas_detector", "name": "滨江路燃气 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object, *, root: str = ROOT) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(root + channel, body, NOW)


def elsewhere(old: str, new: str) -> Message:
    """A good reading on a topic that does not fit."""
    return message("telemetry", {"time": NOW.isoformat(), "values": {"gas_lel": 1}}, root=ROOT.replace(old, new))


def telemetry(value: float, seconds: float = 0, **values: float) -> Message:
    time = (NOW + timedelta(seconds=seconds)).isoformat()
    return message("telemetry", {"time": time, "values": {"gas_lel": value} | values})


@pytest.fixture
def storekeeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    return keeper


@pytest.fixture
def registered(storekeeper: BatchWriter) -> BatchWriter:
    storekeeper.store([message("meta", META)], NOW)
    return storekeeper


def test_a_device_registers_and_reports_in_one_batch(storekeeper: BatchWriter, database: Database) -> None:
    outcome = storekeeper.store([telemetry(3), message("status", b"online"), message("meta", META)], NOW)

    assert outcome == StoringOutcome(messages=3, readings=1, stored=1, newest=NOW)
    with database.transaction() as tx:
        sensor = sensor_frame(tx).iloc[0]
        latest = latest_frame(tx).iloc[0]
    assert (sensor["name"], sensor["status"]) == ("滨江路燃气 1", "online")
    assert (latest["metric"], latest["value"], latest["quality"]) == ("gas_lel", 3, Quality.GOOD)


def test_the_same_message_twice_is_stored_once(registered: BatchWriter, database: Database) -> None:
    first = registered.store([telemetry(30)], NOW)
    again = registered.store([telemetry(30), telemetry(30)], NOW)

    assert (first.stored, again.stored) == (1, 0)
    assert (first.raised, again.raised) == (1, 0)
    with database.transaction() as tx:
        history = history_frame(tx, "GAS-1", "gas_lel", start=NOW, end=NOW + timedelta(days=1))
    assert history["value"].tolist() == [30]


def test_a_late_reading_is_stored_and_latest_stays(registered: BatchWriter, database: Database) -> None:
    registered.store([telemetry(3)], NOW)
    registered.store([telemetry(4, -86400 * 3)], NOW)

    with database.transaction() as tx:
        latest = latest_frame(tx).iloc[0]
        history = history_frame(tx, "GAS-1", "gas_lel", start=NOW - timedelta(days=4), end=NOW)
    assert latest["value"] == 3
    assert history["value"].tolist() == [4]


def test_a_retained_reading_is_stored_and_is_neither_news_nor_a_sign_of_life(
    registered: BatchWriter, database: Database
) -> None:
    kept = msgspec.structs.replace(telemetry(60), retained=True)

    outcome = registered.store([kept, telemetry(1, -1)], NOW)
    again = registered.store([kept], NOW + timedelta(minutes=9))

    assert (outcome.stored, outcome.raised, again.stored) == (2, 0, 0)
    with database.transaction() as tx:
        ledger = ledger_frame(tx).iloc[0]
    assert ledger["heard_at"] == NOW
    assert (ledger["received"], ledger["duplicate"]) == (3, 1)


def test_a_sensor_of_which_only_retained_readings_came_has_never_reported(
    registered: BatchWriter, database: Database
) -> None:
    registered.store([msgspec.structs.replace(telemetry(1), retained=True)], NOW)

    with database.transaction() as tx:
        assert presence_frame(tx, NOW + timedelta(days=1)).iloc[0]["reason"] == "never_reported"


def test_a_reading_that_is_delivered_again_moves_no_sign_of_life(registered: BatchWriter, database: Database) -> None:
    registered.store([telemetry(1)], NOW)
    registered.store([msgspec.structs.replace(telemetry(1), received_at=NOW + timedelta(minutes=9))], NOW)

    with database.transaction() as tx:
        assert ledger_frame(tx).iloc[0]["heard_at"] == NOW


def test_a_retained_status_is_taken_up_without_a_moment(registered: BatchWriter, database: Database) -> None:
    def status(payload: bytes, *, retained: bool) -> tuple[str, object]:
        told = msgspec.structs.replace(message("status", payload), retained=retained)
        registered.store([told], NOW)
        with database.transaction() as tx:
            found = sensor_frame(tx).iloc[0]
        return found["status"], None if pd.isna(found["status_at"]) else found["status_at"]

    assert status(b"online", retained=True) == ("online", None)
    assert status(b"offline", retained=False) == ("offline", NOW)
    assert status(b"offline", retained=True) == ("offline", NOW)
    assert status(b"online", retained=True) == ("online", None)


def test_an_implausible_value_is_stored_as_bad(registered: BatchWriter, database: Database) -> None:
    outcome = registered.store([telemetry(150)], NOW)

    assert (outcome.stored, outcome.raised) == (1, 0)
    with database.transaction() as tx:
        assert latest_frame(tx).iloc[0]["quality"] == Quality.BAD


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (message("telemetry", b"{oops"), "payload"),
        (message("telemetry", b'{"time": 1772366400000, "values": {"gas_lel": NaN}}'), "values.gas_lel"),
        (message("telemetry", {"time": "2026-03-01T12:00:00", "values": {"gas_lel": 1}}), "time"),
        (message("telemetry", {"time": int(NOW.timestamp()), "values": {"gas_lel": 1}}), "time"),
        (telemetry(100_000), "values.gas_lel"),
        (elsewhere("GAS-1", "GAS-9"), "topic.sensor"),
        (elsewhere("emergency", "traffic"), "topic.domain"),
        (message("telemetry", {}, root="cityops/x/emergency/GAS-1/"), "topic.area"),
        (message("telemetry", {}, root="somewhere/else/"), "topic"),
        (message("status", b"maybe"), "payload"),
        (message("status", b"online", root=ROOT.replace("GAS-1", "GAS-9")), "topic.sensor"),
        (message("meta", META | {"kind": "toaster"}), "kind"),
        (message("meta", META | {"kind": "air_station"}), "topic.domain"),
        (Message("cityops/1/emergency/A\x00B/telemetry", b"\x00", NOW), "topic.sensor"),
    ],
)  # fmt: skip
def test_a_bad_message_is_a_dead_letter_and_the_rest_is_stored(
    registered: BatchWriter, database: Database, bad: Message, field: str
) -> None:
    outcome = registered.store([telemetry(1, -2), bad, telemetry(2, -1)], NOW)

    assert (outcome.messages, outcome.stored, dict(outcome.dead)) == (3, 2, {field: 1})
    with database.transaction() as tx:
        letter = dead_letter_frame(tx).iloc[0]
    assert letter["field"] == field
    assert bytes(letter["payload"]) == bad.payload[:200]
    assert letter["reason"]


def test_a_value_that_only_the_database_refuses_is_found_and_isolated(
    registered: BatchWriter, database: Database
) -> None:
    """A kind that is in the catalogue of the worker but not in the database: the batch is split until alone."""
    stranger = message("meta", META | {"kind": "hydrant"}, root="cityops/990101001001/emergency/HY-1/")
    with database.transaction() as tx:
        tx.execute("DELETE FROM sensor_kind WHERE kind = 'hydrant'")

    outcome = registered.store([telemetry(1, -3), stranger, telemetry(2, -2), telemetry(3, -1)], NOW)

    assert (outcome.stored, dict(outcome.dead)) == (3, {"payload": 1})


def test_an_alert_is_raised_once_cleared_and_closed_after_acknowledgement(
    registered: BatchWriter, database: Database
) -> None:
    registered.store([telemetry(25, -30), telemetry(30, -20)], NOW)
    with database.transaction() as tx:
        alert = alert_reader.open_alerts(tx)[0]
        actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=alert.version)
    registered.store([telemetry(3, -10)], NOW)

    with database.transaction() as tx:
        still_open = alert_reader.open_alerts(tx)
        events = alert_history.alert_events(tx, alert.alert_id)
    assert (alert.rule_id, alert.state, alert.trigger_value) == ("gas-leak", "UNACK", 25)
    assert still_open == []
    assert events[["action", "from_state", "to_state", "actor"]].values.tolist() == [
        ["raise", "NORM", "UNACK", "detection"],
        ["acknowledge", "UNACK", "ACKED", "duty"],
        ["clear", "ACKED", "NORM", "detection"],
    ]


def test_an_alert_that_nobody_took_stays_after_the_condition_ended(registered: BatchWriter, database: Database) -> None:
    registered.store([telemetry(25, -30)], NOW)
    registered.store([telemetry(3, -20)], NOW)
    registered.store([telemetry(28, -10)], NOW)

    with database.transaction() as tx:
        alerts = alert_reader.open_alerts(tx)
    leaks = [alert for alert in alerts if alert.rule_id == "gas-leak"]
    assert [(leak.state, leak.trigger_value, leak.version) for leak in leaks] == [("UNACK", 28, 3)]


def test_a_rule_that_fails_is_switched_off_and_readings_go_on(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = load_rules(catalogue)
    keeper = BatchWriter(database, catalogue, Engine(rules, catalogue))
    keeper.start(NOW)
    keeper.store([message("meta", META)], NOW)
    monkeypatch.setattr("alerts.conditions.limits.Threshold.judge", lambda *_: 1 / 0)

    outcome = keeper.store([telemetry(30)], NOW)

    assert outcome.stored == 1
    with database.transaction() as tx:
        assert tx.value("SELECT enabled FROM rule WHERE rule_id = 'gas-leak'") is False
        assert tx.value("SELECT fault FROM rule WHERE rule_id = 'gas-leak'").startswith("ZeroDivisionError")
