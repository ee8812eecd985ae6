"""A reading that is older than is kept is refused with a reason, before it is acknowledged as stored."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.evaluation.engine import Engine
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.storage import Database
from cityops.storage.messages.dead_letters import dead_letter_frame
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ROOT = "cityops/990101001001/environment/NM-1/"
META = {"kind": "noise_meter", "name": "噪声 1", "lon": 118.8, "lat": 31.9}


def message(channel: str, payload: object) -> Message:
    return Message(ROOT + channel, json.dumps(payload).encode(), NOW)


def entry(time: datetime) -> dict[str, object]:
    return {"time": time.isoformat(), "values": {"leq": 50}}


def worker(database: Database, catalogue: Catalogue, keep: timedelta | None) -> BatchWriter:
    keeper = BatchWriter(database, catalogue, Engine(load_rules(catalogue), catalogue), keep=keep)
    keeper.start(NOW)
    keeper.store([message("meta", META)], NOW)
    return keeper


def reasons(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as tx:
        frame = dead_letter_frame(tx).sort_values("dead_letter_id")
    return [(row["field"], row["reason"]) for _, row in frame.iterrows()]


@pytest.mark.parametrize(("keep", "stored"), [(10 * DAY, 2), (None, 3)])
def test_what_is_older_than_is_kept_is_refused(
    database: Database, catalogue: Catalogue, keep: timedelta | None, stored: int
) -> None:
    keeper = worker(database, catalogue, keep)
    oldest = NOW.replace(hour=0) - 10 * DAY  # days are dropped whole: this one is there until it is over

    outcome = keeper.store(
        [message("telemetry", [entry(oldest - timedelta(seconds=1)), entry(oldest), entry(NOW)])], NOW
    )

    assert outcome.stored == stored
    words = "2026-02-18T23:59:59+00:00 is 10 days ago, and readings are kept for 10 days (CITYOPS_KEEP_READINGS_DAYS)"
    assert reasons(database) == ([("time", words)] if keep else [])


def test_a_day_that_was_dropped_does_not_come_back_by_half(database: Database, catalogue: Catalogue) -> None:
    """It was dropped when readings were kept for a shorter time; its roll-ups are whole."""
    with database.transaction() as tx:
        tx.execute("INSERT INTO forgotten_day VALUES ('2026-02-01T00:00:00Z')")
    keeper = worker(database, catalogue, None)

    keeper.store([message("telemetry", entry(datetime(2026, 2, day, 3, tzinfo=UTC))) for day in (1, 2)], NOW)

    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM reading") == 1
    assert reasons(database) == [
        (
            "time",
            "2026-02-01T03:00:00+00:00 is 28 days ago, and the readings of 2026-02-01 have been dropped already",
        )
    ]
