"""Dead letters: put aside whole, replayed by hand or when their sensor registers, never deleted."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.ledger import Totals, ledger_frame, ledger_totals
from cityops.storage.devices.registry import sensor_frame
from cityops.storage.messages.dead_letters import ask_replay, dead_letter_frame, letter_groups
from cityops.storage.readings.latest import latest_frame
from cityops.storage.readings.table import history_frame
from ingest.dead_letters.replay import replay
from ingest.messages import Message
from ingest.storing import batch
from ingest.storing.batch import BatchWriter
from ingest.storing.outcome import StoringOutcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/environment/NM-1/"
META = {"kind": "noise_meter", "name": "噪声 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object, *, root: str = ROOT, at: datetime = NOW) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(root + channel, body, at)


def telemetry(value: float, seconds: float, *, seq: int | None = None, root: str = ROOT) -> Message:
    time = NOW + timedelta(seconds=seconds)
    return message("telemetry", {"time": time.isoformat(), "values": {"leq": value}, "seq": seq}, root=root, at=time)


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    storekeeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    storekeeper.start(NOW)
    return storekeeper


def stored(database: Database) -> list[float]:
    with database.transaction() as tx:
        history = history_frame(tx, "NM-1", "leq", start=NOW - timedelta(days=1), end=NOW + timedelta(days=1))
    return [float(value) for value in history["value"]]


def letters(database: Database) -> pd.DataFrame:
    with database.transaction() as tx:
        return dead_letter_frame(tx).sort_values("dead_letter_id", ignore_index=True)


def totals(database: Database) -> Totals:
    with database.transaction() as tx:
        return ledger_totals(tx)


def test_letters_that_somebody_asked_for_are_processed_once_more(keeper: BatchWriter, database: Database) -> None:
    without_zone = message("telemetry", {"time": "2026-03-01T12:00:00", "values": {"leq": 1}})
    keeper.store([message("meta", META), telemetry(50, 0), without_zone], NOW)
    with database.transaction() as tx:
        assert ask_replay(tx, "somewhere else", NOW) == 0
        assert ask_replay(tx, "time", NOW) == 1

    outcome = keeper.replay_asked(NOW)

    assert (outcome.replayed, outcome.stored, dict(outcome.dead)) == (1, 0, {"time": 1})
    assert keeper.replay_asked(NOW) == StoringOutcome()
    assert len(letters(database)) == 2  # the old one, marked, and the new one, which nobody has asked for


def test_a_sensor_that_registers_later_gets_what_it_said_before(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("status", b"online"), telemetry(50, -60), telemetry(51, -30)], NOW)
    assert stored(database) == []

    outcome = keeper.store([message("meta", META), telemetry(52, 0)], NOW)

    assert stored(database) == [50, 51, 52]
    assert (outcome.messages, outcome.replayed, outcome.stored) == (2, 3, 3)
    keeper.catch_up(NOW)
    assert letters(database)["replayed_at"].notna().all()
    with database.transaction() as tx:
        assert sensor_frame(tx).iloc[0]["status"] == "online"
        assert latest_frame(tx).iloc[0]["value"] == 52


def test_it_happens_once(keeper: BatchWriter, database: Database) -> None:
    keeper.store([telemetry(50, -60)], NOW)

    assert [keeper.store([message("meta", META)], NOW).replayed for _ in range(2)] == [1, 0]
    assert totals(database).received == 1


def test_only_the_sensor_that_registers_is_replayed(keeper: BatchWriter, database: Database) -> None:
    other = ROOT.replace("NM-1", "NM-2")
    keeper.store([telemetry(50, -60), telemetry(60, -60, root=other)], NOW)
    keeper.store([message("meta", META)], NOW)

    assert stored(database) == [50]
    assert letters(database)["replayed_at"].isna().tolist() == [False, True]


@pytest.mark.parametrize(("most", "left"), [(1, 1), (2, 0), (3, 0)])
def test_a_batch_takes_up_a_limited_number(
    keeper: BatchWriter, database: Database, monkeypatch: pytest.MonkeyPatch, most: int, left: int
) -> None:
    monkeypatch.setattr(batch, "MOST_WAITING", most)
    keeper.store([telemetry(50, -60), telemetry(51, -30)], NOW)
    keeper.store([message("meta", META)], NOW)

    assert int(letters(database)["replayed_at"].isna().sum()) == left
    assert replay(database, keeper, NOW).replayed == left
    assert stored(database) == [50, 51]


def test_what_fails_again_is_a_new_letter_and_the_old_one_stays(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("telemetry", {"time": NOW.isoformat(), "values": {"leq": 999}})], NOW)
    keeper.store([message("meta", META)], NOW)

    found = letters(database)
    assert found["field"].tolist() == ["topic.sensor", "values.leq"]
    assert found["replayed_at"].isna().tolist() == [False, True]
    assert bytes(found["payload"][0]) == bytes(found["payload"][1])


def test_a_replay_that_is_rolled_back_leaves_the_letter_open(
    keeper: BatchWriter, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.store([telemetry(50, -60)], NOW)
    with monkeypatch.context() as broken:
        broken.setattr(batch, "add_to_ledger", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keeper.store([message("meta", META)], NOW)

    assert stored(database) == []
    assert letters(database)["replayed_at"].isna().all()
    keeper.store([message("meta", META)], NOW)
    assert stored(database) == [50]


def test_replay_by_hand_selects_by_field_and_sensor(keeper: BatchWriter, database: Database) -> None:
    keeper.store([telemetry(50, -60), message("status", b"maybe")], NOW)

    assert replay(database, keeper, NOW, sensor="NM-2").replayed == 0
    assert replay(database, keeper, NOW, field="payload").replayed == 1
    assert replay(database, keeper, NOW, sensor="NM-1", most=1).replayed == 1
    assert letters(database)["field"].tolist() == ["payload", "topic.sensor", "payload", "topic.sensor"]


def test_letters_are_explained_by_group(keeper: BatchWriter, database: Database) -> None:
    keeper.store([telemetry(50, -60), message("status", b"maybe"), telemetry(51, -30)], NOW)

    with database.transaction() as tx:
        groups = letter_groups(tx)
    assert groups[["field", "count", "newest_id"]].values.tolist() == [["topic.sensor", 2, 3], ["payload", 1, 1]]
    assert "publish its meta first" in groups["newest_reason"][0]


def test_the_ledger_counts_what_was_put_aside_and_what_came_of_it(keeper: BatchWriter, database: Database) -> None:
    keeper.store([telemetry(50, -60, seq=7), telemetry(52, 0, seq=9)], NOW)
    assert totals(database) == Totals(0, 0, 0, dead_lettered=2, resent=0, missing=0, restarts=0)

    keeper.store([message("meta", META), message("status", b"maybe"), telemetry(52, 0, seq=9)], NOW)

    assert totals(database) == Totals(3, 2, 1, dead_lettered=3, resent=1, missing=1, restarts=0)
    with database.transaction() as tx:
        ledger = ledger_frame(tx).set_index("sensor_id")["dead_lettered"].to_dict()
    assert ledger == {"": 2, "NM-1": 1}


def test_a_batch_is_judged_stored_and_counted_together(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("meta", META)], NOW)
    flat = [telemetry(50, 30 * n, seq=n) for n in range(61)]  # half an hour: at its end the line is flat
    outcome = keeper.store([*flat, flat[5], telemetry(170, 1831, seq=61)], NOW + timedelta(hours=1))

    assert outcome == StoringOutcome(
        messages=63, readings=63, stored=62, resent=1, newest=NOW + timedelta(seconds=1831),
        flagged=outcome.flagged,
    )  # fmt: skip
    assert {name: count for name, count in outcome.flagged.items() if count} == {"flat": 1, "range": 1}
    with database.transaction() as tx:
        history = history_frame(tx, "NM-1", "leq", start=NOW, end=NOW + timedelta(hours=1))
        assert history["quality"].tolist() == [Quality.GOOD] * 60 + [Quality.SUSPECT, Quality.BAD]
    assert totals(database) == Totals(63, 62, 1, dead_lettered=0, resent=1, missing=0, restarts=0)


@pytest.mark.parametrize(
    ("unit", "values", "field"),
    [("dB", [63.4], None), (None, [63.4], None), ("Cel", [], "u"), ("furlong", [], "u")],
)
def test_senml_units_are_converted_or_refused(
    keeper: BatchWriter, database: Database, unit: str | None, values: list[float], field: str | None
) -> None:
    keeper.store([message("meta", META)], NOW)
    record = {"n": "leq", "v": 63.4} | ({} if unit is None else {"bu": unit})
    outcome = keeper.store([message("senml", [record])], NOW)

    assert stored(database) == values
    assert list(outcome.dead) == ([] if field is None else [field])
