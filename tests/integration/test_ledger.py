"""The loss ledger in the database: what batches, in any cut and by any worker, add up to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Database
from cityops.storage.devices.ledger import Totals, add_to_ledger, ledger_frame, ledger_totals, presence_frame
from cityops.storage.devices.registry import SaidStatus, register_sensor, series_ids, set_statuses
from cityops.storage.readings.table import ReadingRow, write_readings
from ingest.checks.batch_reports import BatchReports
from ingest.checks.sequence_runs import JUMP
from ingest.messages import NO_SEQ
from ingest.storing.ledger import LedgerTracker
from ingest.storing.reading_columns import ReadingColumns

START = datetime(2026, 3, 1, tzinfo=UTC)
BASE = int(START.timestamp()) * 1_000_000
Point = tuple[int, int]  # sequence number, seconds after START


def add(
    database: Database,
    points: Sequence[Point],
    *,
    book: LedgerTracker | None = None,
    stored: Sequence[int] | None = None,
    letters: dict[str, int] | None = None,
    sensor: str = "s",
) -> None:
    """Commit a batch of one sensor's reports, of three readings each."""
    book = book or LedgerTracker()
    number, size = book.number(sensor), len(points)
    time = np.array([BASE + second * 1_000_000 for _, second in points], dtype=np.int64)
    seq = np.array([seq for seq, _ in points], dtype=np.int64)
    new = np.array([3] * size if stored is None else stored, dtype=np.int64)
    reports = BatchReports(
        np.full(size, number), time, time + 200_000, seq, np.full(size, 3), new, np.zeros(size, bool), time
    )
    draft = book.draft(reports, letters or {})
    with database.transaction() as tx:
        add_to_ledger(tx, draft.entries, START)
    book.keep(draft)


def entry(database: Database, sensor: str = "s") -> "pd.Series[Any]":
    with database.transaction() as tx:
        frame = ledger_frame(tx)
    return frame[frame["sensor_id"] == sensor].iloc[0]


def missing(database: Database) -> tuple[int, int]:
    found = entry(database)
    return int(found["missing"]), int(found["restarts"])


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([[(5, 0)], [(6, 1)]], (0, 0)),
        ([[(5, 0)], [(8, 3)]], (2, 0)),
        ([[(5, 0)], [(8, 3)], [(6, 1)]], (1, 0)),  # what comes late is not missing any more
        ([[(5, 0)], [(8, 3)], [(7, 2), (6, 1)]], (0, 0)),
        ([[(8, 3)], [(5, 0)]], (2, 0)),
        ([[(500, 0)], [(503, 1)], [(0, 2)], [(2, 4)]], (3, 1)),  # a restart: 501, 502 and 1
        ([[(500, 0)], [(503, 1)], [(0, 2)], [(502, -1)]], (1, 1)),  # late, and of the run before
        ([[(500, 0)], [(503, 1)], [(0, 2)], [(502, -1), (501, -2)], [(1, 3)]], (0, 1)),
        ([[(5, 0)], [(5 + JUMP, 1)]], (JUMP - 1, 0)),
        ([[(5, 0)], [(6 + JUMP, 1)]], (0, 1)),
        ([[(5, 0), (7, 2), (0, 3)], [(1, 4)]], (1, 1)),  # the restart inside a batch
        ([[(5, 0)], [(5, 1)]], (0, 0)),  # one number for ever is no loss
        ([[(NO_SEQ, 0)], [(NO_SEQ, 9)]], (0, 0)),
        ([[(NO_SEQ, 0)], [(5, 1)], [(NO_SEQ, 2)], [(7, 3)]], (1, 0)),
    ],
)
def test_missing_and_restarts_across_batches(
    database: Database, batches: list[list[Point]], expected: tuple[int, int]
) -> None:
    book = LedgerTracker()
    for batch in batches:
        add(database, batch, book=book)

    assert missing(database) == expected


def test_another_worker_goes_on_where_the_first_was_killed(database: Database) -> None:
    for seq in (1, 2, 5):
        add(database, [(seq, seq)], book=LedgerTracker())

    assert missing(database) == (2, 0)
    assert entry(database)["received"] == 9


def test_a_batch_that_is_rolled_back_leaves_no_trace(database: Database) -> None:
    book = LedgerTracker()
    add(database, [(1, 0)], book=book)
    before = entry(database)
    one = np.ones(1, dtype=np.int64)
    draft = book.draft(BatchReports(np.zeros(1, np.int64), one, one, 9 * one, one, one, one == 0, one), {"s": 1})

    def fail_late() -> None:
        with database.transaction() as tx:
            add_to_ledger(tx, draft.entries, START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    pd.testing.assert_series_equal(entry(database), before)


def test_what_is_sent_again_is_counted_and_fills_no_hole(database: Database) -> None:
    book = LedgerTracker()
    add(database, [(1, 0), (3, 2)], book=book)
    for _ in range(2):
        add(database, [(1, 0), (3, 2)], book=book, stored=[0, 0])

    found = entry(database)
    assert found[["received", "stored", "duplicate", "resent", "missing"]].tolist() == [18, 6, 12, 4, 1]


def test_totals_are_the_sums_over_all_devices_and_nobody(database: Database) -> None:
    add(database, [(1, 0), (3, 2)], sensor="a", stored=[3, 0], letters={"": 2, "a": 1})
    add(database, [(7, 0)], sensor="b")

    with database.transaction() as tx:
        totals = ledger_totals(tx)
    assert totals == Totals(received=9, stored=6, duplicate=3, dead_lettered=3, resent=1, missing=0, restarts=0)
    assert entry(database, "")["dead_lettered"] == 2
    assert pd.isna(entry(database, "")["heard_at"])


def test_an_empty_ledger_has_totals_of_zero(database: Database) -> None:
    with database.transaction() as tx:
        add_to_ledger(tx, LedgerTracker().draft(ReadingColumns().heard(), {}).entries, START)

        assert ledger_totals(tx) == Totals(0, 0, 0, 0, 0, 0, 0)
        assert ledger_frame(tx).empty


def test_skew_and_interval_outlive_the_worker_that_learned_them(database: Database) -> None:
    book = LedgerTracker()
    for step in range(6):
        add(database, [(step, 30 * step)], book=book)
    add(database, [(9, 300)], book=LedgerTracker())

    found = entry(database)
    assert (found["interval_seconds"], found["clock_skew_seconds"]) == (30, pytest.approx(0.2))
    assert found["heard_at"] == START + timedelta(seconds=300, milliseconds=200)


@pytest.fixture
def noise_meter(database: Database) -> Database:
    """A sensor of a kind that reports every 30 s: late after 90 s, silent after 300 s."""
    with database.transaction() as tx:
        register_sensor(tx, Sensor("s", "990101", "environment", "noise_meter", "s", 118.8, 31.9), START)
    return database


def test_a_sensor_whose_readings_were_stored_without_ingest_was_heard_when_they_were(noise_meter: Database) -> None:
    with noise_meter.transaction() as tx:
        series = series_ids(tx, [("s", "leq")])["s", "leq"]
        write_readings(tx, [ReadingRow(START, series, 50, Quality.GOOD)], START + timedelta(seconds=7))

        found = presence_frame(tx, START + timedelta(seconds=10)).iloc[0]
    assert (found["state"], found["heard_at"]) == ("online", START + timedelta(seconds=7))


@pytest.mark.parametrize(("pause", "since"), [(299, 0), (300, 0), (301, 301)])
def test_reporting_since_is_the_first_report_after_a_long_silence(
    noise_meter: Database, pause: int, since: int
) -> None:
    book = LedgerTracker()
    add(noise_meter, [(1, 0)], book=book)
    add(noise_meter, [(2, pause)], book=book)
    add(noise_meter, [], book=book, letters={"s": 1})

    with noise_meter.transaction() as tx:
        found = presence_frame(tx, START + timedelta(seconds=pause + 1)).iloc[0]
    assert (found["state"], found["reason"]) == ("online", "reports")
    assert found["since"] == START + timedelta(seconds=since, milliseconds=200)


def test_the_three_sources_are_joined(noise_meter: Database) -> None:
    def state(seconds: float) -> tuple[str, str]:
        with noise_meter.transaction() as tx:
            found = presence_frame(tx, START + timedelta(seconds=seconds)).iloc[0]
        return found["state"], found["reason"]

    def tell(status: str, seconds: float) -> None:
        with noise_meter.transaction() as tx:
            set_statuses(tx, [SaidStatus("s", status, START + timedelta(seconds=seconds))])

    assert state(1) == ("late", "no_report_yet")
    add(noise_meter, [(1, 10)])
    assert state(11) == ("online", "reports")
    tell("offline", 20)
    assert state(40) == ("online", "reports_while_offline")  # perhaps a late will: its next report is not due yet
    assert state(41) == ("silent", "said_offline")
    add(noise_meter, [(2, 45)])
    assert state(46) == ("online", "reports_while_offline")
    tell("online", 50)
    assert state(51) == ("online", "reports")
    assert state(400) == ("contradictory", "silent_while_online")


def test_the_same_status_told_again_keeps_its_moment(noise_meter: Database) -> None:
    """The broker repeats what is retained to every worker that connects."""
    with noise_meter.transaction() as tx:
        for seconds in (10, 500):
            set_statuses(tx, [SaidStatus("s", "offline", START + timedelta(seconds=seconds))])

        assert presence_frame(tx, START + timedelta(seconds=501)).iloc[0]["since"] == START + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("told", "since"),
    [
        (["online"], 1),  # it said nothing before
        (["offline", "online", "online"], 2),
        (["online", "offline", "online"], 3),  # as it was before, and yet since now
        (["online", "online"], 1),
    ],
)
def test_what_a_batch_says_one_after_the_other_is_true_since_the_last_change(
    noise_meter: Database, told: list[str], since: int
) -> None:
    said = [SaidStatus("s", status, START + timedelta(seconds=second)) for second, status in enumerate(told, start=1)]
    with noise_meter.transaction() as tx:
        set_statuses(tx, [*said, SaidStatus("stranger", "online", START)])
        row = tx.row("SELECT status, status_at FROM sensor WHERE sensor_id = 's'")

    assert row == {"status": "online", "status_at": START + timedelta(seconds=since)}
