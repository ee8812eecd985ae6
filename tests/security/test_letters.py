"""One device cannot fill the disk with garbage: what is kept of it is limited, and a blocked one is not heard."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.sensor_blocks import block, unblock
from cityops.devices.sensor_changes import ChangeRefused, SensorChange
from cityops.settings import read_settings
from cityops.storage import Database
from cityops.storage.devices.ledger import ledger_totals
from cityops.storage.messages.dead_letters import ask_replay
from cityops.storage.messages.letter_senders import forget_letters, letters_size, worst_senders
from ingest.dead_letters.allowances import LetterAllowance, LetterLimits
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOT = "cityops/990101/environment/"
META = {"kind": "noise_meter", "name": "噪声", "lon": 118.8, "lat": 31.9}
LIMITS = LetterLimits(per_hour=10)
ORDER = SensorChange("sun", NOW, "192.0.2.7")


def message(sensor: str, channel: str, payload: object = b"garbage", *, retained: bool = False) -> Message:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(f"{ROOT}{sensor}/{channel}", body, NOW, retained=retained)


def reading(sensor: str, second: int) -> Message:
    time = (NOW - timedelta(seconds=second)).isoformat()
    return message(sensor, "telemetry", {"time": time, "values": {"leq": 50}})


def keeper_of(database: Database, catalogue: Catalogue, limits: LetterLimits = LIMITS) -> BatchWriter:
    """A worker that was just started."""
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue), letters=limits)
    keeper.start(NOW)
    return keeper


@pytest.fixture
def keeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = keeper_of(database, catalogue)
    keeper.store([message(name, "meta", META) for name in ("NM-1", "NM-2")], NOW)
    return keeper


def letters(database: Database, sender: str | None = None) -> int:
    with database.transaction() as tx:
        return int(
            tx.value("SELECT count(*) FROM dead_letter WHERE coalesce(sender = %(sender)s::text, true)", sender=sender)
        )


def senders(database: Database) -> dict[str, tuple[int, int]]:
    with database.transaction() as tx:
        frame = worst_senders(tx, limit=1000)
    return {row["sensor_id"]: (row["kept"], row["counted"]) for row in frame.to_dict("records")}


def dead_lettered(database: Database) -> int:
    with database.transaction() as tx:
        return ledger_totals(tx).dead_lettered


# ---- the allowance of a sender ---------------------------------------------------------------------


def test_what_is_beyond_the_allowance_is_counted(keeper: BatchWriter, database: Database) -> None:
    outcome = keeper.store([message("NM-1", "telemetry")] * 25 + [reading("NM-2", 1)], NOW)

    assert (outcome.stored, outcome.dead.total()) == (1, 25)
    assert senders(database) == {"NM-1": (10, 15)}
    assert (letters(database), dead_lettered(database)) == (10, 25)


def test_one_sender_takes_nothing_from_another(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("NM-1", "telemetry")] * 25 + [message("NM-2", "telemetry")] * 3, NOW)

    assert senders(database) == {"NM-1": (10, 15), "NM-2": (3, 0)}


def test_an_allowance_comes_back_with_time_and_survives_a_restart(
    keeper: BatchWriter, database: Database, catalogue: Catalogue
) -> None:
    keeper.store([message("NM-1", "telemetry")] * 25, NOW)
    again = keeper_of(database, catalogue)
    again.store([message("NM-1", "telemetry")] * 25, NOW)
    assert letters(database) == 10

    again.store([message("NM-1", "telemetry")] * 25, NOW + HOUR / 2)
    assert letters(database) == 15
    again.store([message("NM-1", "telemetry")] * 25, NOW - 9 * HOUR)  # the clock was set back
    assert letters(database) == 15


@pytest.mark.parametrize(
    "big",
    [
        message("NM-1", "telemetry", b"\x00" * 200_000),
        message("NM-1", "telemetry", {"time": NOW.isoformat(), "values": {"leq": "x" * 200_000}}),
        message("NM-1", "telemetry", {"time": NOW.isoformat(), "values": {"leq": [1] * 9_000}}),
        message("NM-1", "senml", b"[" * 200_000),
        message("NM-1", "meta", {"kind": "x" * 200_000}),
        message("NM-1", "status", b"x" * 200_000),
        message("NM-1", "x" * 60_000),
        message("NM-1/a/b", "c", b"x" * 200_000),
        message("NM-9", "telemetry", b"x" * 200_000),
    ],
    ids=["noise", "value", "list", "senml", "meta", "status", "topic", "deeper", "stranger"],
)
def test_large_letters_cost_more_and_one_is_seen(keeper: BatchWriter, database: Database, big: Message) -> None:
    for _ in range(2):
        keeper.store([big] * 3, NOW)

    assert letters(database) == 1
    with database.transaction() as tx:
        taken = tx.value(
            "SELECT sum(octet_length(payload) + octet_length(field) + octet_length(reason)) FROM dead_letter"
        )
    assert taken < 250_000


def test_a_field_that_a_device_names_is_cut(keeper: BatchWriter, database: Database) -> None:
    bad = {"time": NOW.isoformat(), "values": {"leq": 1, "n" * 900: "x"}}
    keeper.store([message("NM-1", "telemetry", bad), message("NM-1", "y" * 900)], NOW)

    with database.transaction() as tx:
        assert tx.value("SELECT coalesce(max(length(field)), 0) FROM dead_letter") <= 200


def test_strangers_have_an_allowance_together(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message(f"S-{number}", "telemetry") for number in range(300)], NOW)
    keeper.store([message(f"T-{number}", "telemetry") for number in range(300)], NOW)

    assert letters(database) == 100
    assert senders(database)[""] == (0, 500)
    assert len(senders(database)) == 101  # who invents names makes no rows without end
    keeper.store([message("NM-1", "telemetry")], NOW)
    assert letters(database, "NM-1") == 1


def test_what_waits_for_a_registration_is_within_the_allowance(keeper: BatchWriter, database: Database) -> None:
    keeper.store([reading("NM-3", second) for second in range(12)], NOW)
    outcome = keeper.store([message("NM-3", "meta", META)], NOW)

    assert (outcome.replayed, outcome.stored) == (10, 10)


def test_what_somebody_replays_is_never_lost(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("NM-1", "telemetry")] * 10, NOW)
    with database.transaction() as tx:
        assert ask_replay(tx, "payload", NOW) == 10

    assert keeper.replay_asked(NOW).replayed == 10
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM dead_letter WHERE replayed_at IS NULL") == 10


@pytest.mark.parametrize(
    ("spent", "since", "left"), [(10, HOUR, 0), (10, HOUR / 4, 7.5), (10, -HOUR, 10), (0, HOUR, 0)]
)
def test_an_allowance_refills_evenly(spent: float, since: timedelta, left: float) -> None:
    allowance = LetterAllowance(10, spent)
    allowance.refill(since)

    assert allowance.spent == pytest.approx(left)


# ---- what a broker repeats -------------------------------------------------------------------------


def test_retained_garbage_is_not_buried_again(keeper: BatchWriter, database: Database, catalogue: Catalogue) -> None:
    live = [message("NM-1", f"x{number}") for number in range(8)]
    keeper.store(live, NOW)
    kept = [msgspec.structs.replace(one, retained=True) for one in live]
    for start in range(1, 4):
        keeper_of(database, catalogue).store(kept, NOW + start * HOUR)

    assert (letters(database), dead_lettered(database)) == (8, 8)
    assert senders(database) == {"NM-1": (8, 0)}


def test_other_retained_garbage_is_kept_once_and_what_is_beyond_the_allowance_is_no_news(
    keeper: BatchWriter, database: Database, catalogue: Catalogue
) -> None:
    kept = [message("NM-1", f"x{number}", retained=True) for number in range(30)]
    for _ in range(4):
        keeper_of(database, catalogue).store(kept, NOW)

    assert (letters(database), dead_lettered(database)) == (10, 10)


# ---- the age and the size of all -------------------------------------------------------------------


def test_letters_are_forgotten_by_age(keeper: BatchWriter, database: Database) -> None:
    old = [replace_time(message("NM-1", "telemetry"), NOW - timedelta(days=91))] * 3
    keeper.store([*old, message("NM-1", "telemetry"), message("NM-2", "telemetry")], NOW)
    with database.transaction() as tx:
        before = letters_size(tx)
        assert forget_letters(tx, age=timedelta(days=90), most_bytes=None, now=NOW)
        assert not forget_letters(tx, age=timedelta(days=90), most_bytes=None, now=NOW)
        after = letters_size(tx)

    assert letters(database) == 2
    assert after == before * 2 / 5


def test_letters_are_forgotten_by_size_the_oldest_first(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cityops.storage.messages.letter_senders.STEP", 5)
    keeper_of(database, catalogue, LetterLimits()).store(
        [message("NM-1", "telemetry", f"{number:08d}".encode() * 1000) for number in range(20)], NOW
    )
    with database.transaction() as tx:
        while forget_letters(tx, age=None, most_bytes=100_000, now=NOW):
            pass
        left = tx.rows("SELECT payload FROM dead_letter ORDER BY dead_letter_id")
        assert letters_size(tx) <= 100_000

    assert [bytes(row["payload"])[:8] for row in left] == [f"{number:08d}".encode() for number in range(10, 20)]


def test_ingest_keeps_no_letter_beyond_the_size_of_all(database: Database, catalogue: Catalogue) -> None:
    keeper = keeper_of(database, catalogue, LetterLimits(most_bytes=50_000))
    for _ in range(3):
        keeper.store([message(f"NM-{number}", "telemetry", b"x" * 10_000) for number in range(9)], NOW)

    assert letters(database) == 5
    assert dead_lettered(database) == 27


def test_letters_that_were_removed_by_hand_take_nothing(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("NM-1", "telemetry", b"x" * 10_000)], NOW)
    with database.transaction() as tx:
        tx.execute("DELETE FROM dead_letter")
        assert not forget_letters(tx, age=None, most_bytes=5_000, now=NOW)
        assert letters_size(tx) == 0


def test_senders_of_whom_nothing_came_for_long_are_forgotten(keeper: BatchWriter, database: Database) -> None:
    keeper.store([message("NM-1", "telemetry")], NOW)
    with database.transaction() as tx:
        while forget_letters(tx, age=timedelta(days=1), most_bytes=None, now=NOW + timedelta(days=2)):
            pass

    assert senders(database) == {}


# ---- blocked ---------------------------------------------------------------------------------------


def test_a_blocked_sensor_is_not_heard_until_it_is_let_in_again(keeper: BatchWriter, database: Database) -> None:
    with database.transaction() as tx:
        block(tx, "NM-1", ORDER, reason="floods")
    later = NOW + timedelta(seconds=2)
    told = [message("NM-1", "telemetry"), reading("NM-1", 1), message("NM-1", "status", b"online"), reading("NM-2", 1)]
    outcome = keeper.store([*told, message("NM-1/x", "y")], later)

    assert (outcome.messages, outcome.stored, outcome.blocked, outcome.dead.total()) == (5, 1, 4, 0)
    with database.transaction() as tx:
        row = worst_senders(tx).iloc[0]
        unblock(tx, "NM-1", ORDER)
    assert (row["sensor_id"], row["blocked_by"], row["blocked_reason"], row["refused"]) == ("NM-1", "sun", "floods", 4)
    assert keeper.store([reading("NM-1", 1)], later + timedelta(seconds=2)).stored == 1


def test_blocking_is_audited(database: Database) -> None:
    with database.transaction() as tx:
        block(tx, "gateway-310115", ORDER, reason="stolen")
        unblock(tx, "gateway-310115", ORDER)
        rows = tx.rows("SELECT actor, action, object, origin, detail FROM audit_log ORDER BY audit_id")

    assert [tuple(row.values()) for row in rows] == [
        ("sun", "sensors.block", "gateway-310115", "192.0.2.7", {"reason": "stolen"}),
        ("sun", "sensors.unblock", "gateway-310115", "192.0.2.7", {}),
    ]


def test_what_makes_no_sense_is_no_block(database: Database) -> None:
    wrong = [("a b", "x"), ("", "x"), ("x\ny", "x"), ("NM-1", " "), ("NM-1", "a\nb"), ("NM-1", "x" * 501)]
    with database.transaction() as tx:
        for name, reason in wrong:
            with pytest.raises(ChangeRefused):
                block(tx, name, ORDER, reason=reason)


def test_it_is_blocked_and_let_in_once(database: Database) -> None:
    with database.transaction() as tx:
        block(tx, "NM-1", ORDER, reason="floods")
        with pytest.raises(ChangeRefused):
            block(tx, "NM-1", replace(ORDER, actor="li"), reason="again")
        unblock(tx, "NM-1", ORDER)
        with pytest.raises(ChangeRefused):
            unblock(tx, "NM-1", ORDER)


def test_the_limits_are_settings() -> None:
    given = {"LETTERS_PER_HOUR": "7", "KEEP_LETTERS_DAYS": "3", "KEEP_LETTERS_MB": "2"}
    settings = read_settings({f"CITYOPS_{name}": value for name, value in given.items()})
    without = read_settings({f"CITYOPS_{name}": "0" for name in given})

    assert (settings.letters_per_hour, settings.letters_age, settings.letters_bytes) == (
        7,
        timedelta(days=3),
        2_000_000,
    )
    assert (without.letters_per_hour, without.letters_age, without.letters_bytes) == (0, None, None)


def replace_time(told: Message, received_at: datetime) -> Message:
    return msgspec.structs.replace(told, received_at=received_at)
