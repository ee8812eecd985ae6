"""Garbage by the hundred thousand, through decoding, checks and the store: no crash, no unexplained loss."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from ingest.decoders import decode
from ingest.errors import Undecodable
from ingest.messages import Message
from ingest.storing.batch import BatchWriter
from tests.faults.drains import LONG

MESSAGES = 1_000_000 if LONG else 20_000
EXAMPLES = 1_000 if LONG else 50
BATCH = 1_000
GROWTH = 48 << 20  # bytes that the process may gain after its first fifth
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = "cityops/990101001001/environment/N-1/"
META = json.dumps({"kind": "noise_meter", "name": "噪声", "lon": 118.8, "lat": 31.9}).encode()
GOOD = json.dumps({"time": NOW.isoformat(), "values": {"leq": 55.5}, "seq": 7}).encode()
SENML = json.dumps([{"bn": "x:", "n": "leq", "u": "dB", "v": 55.5, "t": -1}]).encode()
_LEVELS = [
    "cityops",
    "990101001001",
    "environment",
    "N-1",
    "telemetry",
    "senml",
    "meta",
    "status",
    "",
    "+",
    "#",
    "$SYS",
]
_WORDS = [
    b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-0", b"9" * 400, b'"\\ud800"', b'"\\u0000"', b"[[[[", b"{}",
    b'"time"', b'"values"', b'"leq"', b'"2026-02-30T25:61:00Z"', b"\x00", b"\xff\xfe", b'"v"', b'"bt"', b'"u"', b"_",
]  # fmt: skip


def a_message(chance: random.Random, number: int) -> Message:
    """Random bytes, or something that was good until it was hurt; one in ten is good."""
    kind = number % 10
    if kind == 0:
        moment = NOW - timedelta(milliseconds=number)
        return Message(f"{ROOT}telemetry", GOOD.replace(NOW.isoformat().encode(), moment.isoformat().encode()), NOW)
    if kind < 4:
        topic = ROOT + chance.choice(["telemetry", "senml", "meta", "status"])
    elif kind < 7:
        topic = "/".join(chance.choices(_LEVELS, k=chance.randint(1, 6)))
    else:
        topic = "".join(map(chr, chance.choices(range(1, 0xD7FF), k=chance.randint(0, 40))))
    if kind % 2:
        payload = chance.randbytes(chance.randint(1, 200))  # an empty registration is no garbage: it retires the sensor
    else:
        payload = hurt(chance, bytearray(chance.choice([GOOD, SENML, META, b"online"])))
    return Message(topic, payload, NOW)


def hurt(chance: random.Random, payload: bytearray) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(payload))
        payload[start : start + chance.randint(0, 6)] = chance.choice(_WORDS)
    return bytes(payload)


def account(database: Database, messages: list[Message]) -> None:
    """Every message is a dead letter, or one that the decoder understands; of such a one, parts may be letters."""
    with database.transaction() as tx:
        rows = tx.rows("DELETE FROM dead_letter RETURNING topic, payload")
    told = Counter((message.topic.replace("\x00", "\\x00"), message.payload) for message in messages)
    letters = Counter((row["topic"], bytes(row["payload"])) for row in rows)
    topics = {topic for topic, _ in told}
    assert all(topic in topics for topic, _ in letters - told), "letters that nobody wrote"
    for topic, payload in told - letters:
        try:
            decode(Message(topic, payload, NOW))
        except Undecodable as error:
            raise AssertionError(f"neither stored nor a letter: {topic!r} {payload!r}") from error


@pytest.fixture
def storekeeper(database: Database, catalogue: Catalogue) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue))
    keeper.start(NOW)
    keeper.store([Message(ROOT + "meta", META, NOW)], NOW)
    return keeper


def batches() -> Iterator[list[Message]]:
    chance = random.Random(11)
    for start in range(0, MESSAGES, BATCH):
        yield [a_message(chance, start + number) for number in range(BATCH)]


def test_garbage_is_kept_apart_and_memory_stays_flat(
    storekeeper: BatchWriter, database: Database, record_property: Callable[[str, object], None]
) -> None:
    process = psutil.Process()
    base, good = 0, 0
    for number, batch in enumerate(batches()):
        outcome = storekeeper.store(batch, NOW)
        assert outcome.messages == BATCH
        account(database, batch)
        good += BATCH // 10
        if number == MESSAGES // BATCH // 5:
            base = process.memory_info().rss
    grown = process.memory_info().rss - base
    record_property("memory_growth_bytes", grown)

    with database.transaction() as tx:
        stored = tx.value(
            "SELECT count(*) FROM reading WHERE value = 55.5 AND time > %(then)s", then=NOW - timedelta(1)
        )
    assert stored >= good, "a good reading among the garbage is missing"
    assert grown < GROWTH


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=60), st.sampled_from([ROOT + name for name in ("telemetry", "senml", "meta")])),
            st.one_of(st.binary(max_size=100), st.sampled_from([GOOD, SENML]), st.text(max_size=50).map(str.encode)),
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_no_mixture_of_messages_stops_a_batch(
    storekeeper: BatchWriter, database: Database, told: list[tuple[str, bytes]]
) -> None:
    messages = [Message(topic, payload, NOW) for topic, payload in told]

    assert storekeeper.store(messages, NOW).messages == len(messages)
    account(database, messages)
