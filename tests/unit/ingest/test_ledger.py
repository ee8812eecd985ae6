"""What a batch adds to the loss ledger, before it meets what is stored."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ingest.checks.batch_reports import BatchReports
from ingest.checks.sequence_runs import JUMP, Runs, find_runs
from ingest.messages import NO_SEQ
from ingest.storing.ledger import LedgerTracker

Report = tuple[int, int, int]  # device, sequence number, seconds


def reports(
    rows: Sequence[Report], *, stored: Sequence[int] | None = None, retained: Sequence[bool] | None = None
) -> BatchReports:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    time = columns[:, 2] * 1_000_000
    one = np.ones(len(rows), dtype=np.int64)
    new = one if stored is None else np.array(stored)
    kept = one == 0 if retained is None else np.array(retained)
    return BatchReports(columns[:, 0], time, time, columns[:, 1], one, new, kept, time)


def runs(rows: Sequence[Report], *, stored: Sequence[int] | None = None) -> Runs:
    batch = reports(rows, stored=stored)
    return find_runs(batch, batch.device, 2)


def counted(found: Runs, device: int = 0) -> tuple[int, ...]:
    columns = (found.restarts, found.missing, found.run_first, found.run_last, found.run_seen)
    return tuple(int(column[device]) for column in columns)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([(5, 0)], (0, 0, 5, 5, 1)),
        ([(5, 0), (6, 1), (7, 2)], (0, 0, 5, 7, 3)),
        ([(5, 0), (8, 3)], (0, 0, 5, 8, 2)),
        ([(8, 3), (5, 0)], (0, 0, 5, 8, 2)),  # late: its time is older too
        ([(5, 0), (5, 1)], (0, 0, 5, 5, 1)),  # one number for two moments
        ([(500, 0), (0, 1), (2, 2)], (1, 0, 0, 2, 2)),  # falls while time goes on: counts anew
        ([(500, 0), (502, 1), (0, 2)], (1, 1, 0, 0, 1)),
        ([(5, 0), (5 + JUMP, 1)], (0, 0, 5, 5 + JUMP, 2)),
        ([(5, 0), (6 + JUMP, 1)], (1, 0, 6 + JUMP, 6 + JUMP, 1)),
        ([(NO_SEQ, 0), (NO_SEQ, 1)], (0, 0, 0, 0, 0)),
        ([], (0, 0, 0, 0, 0)),
    ],
)
def test_a_run_is_found_in_the_numbers(numbers: list[tuple[int, int]], expected: tuple[int, ...]) -> None:
    assert counted(runs([(0, seq, second) for seq, second in numbers])) == expected


def test_devices_that_speak_in_turns_have_their_own_runs() -> None:
    found = runs([(0, 5, 0), (1, 70, 0), (0, 6, 1), (1, 71, 1), (1, 73, 2)])

    assert (counted(found), counted(found, 1)) == ((0, 0, 5, 6, 2), (0, 0, 70, 73, 3))


def test_what_was_sent_again_is_not_seen_again() -> None:
    assert counted(runs([(0, 5, 0), (0, 5, 0), (0, 6, 1)], stored=[1, 0, 1])) == (0, 0, 5, 6, 2)


def test_entries_count_readings_reports_and_letters_by_device() -> None:
    book = LedgerTracker()
    assert [book.number(name) for name in ("b", "a", "b")] == [0, 1, 0]
    batch = reports([(0, 1, 10), (1, 1, 10), (0, 1, 10)], stored=[1, 1, 0])

    entries = book.draft(batch, {"a": 2, "": 3}).entries

    assert entries.sensor_id == ["b", "a", ""]
    assert entries.received.tolist() == [2, 1, 0]
    assert entries.stored.tolist() == [1, 1, 0]
    assert entries.resent.tolist() == [1, 0, 0]
    assert entries.dead_lettered.tolist() == [0, 2, 3]
    assert entries.heard_at.tolist() == [10_000_000, 10_000_000, 0]


@pytest.mark.parametrize("repeat", [{"stored": [0]}, {"retained": [True]}])
def test_what_a_broker_repeats_is_counted_and_is_no_sign_of_life(repeat: dict[str, Any]) -> None:
    book = LedgerTracker()
    book.number("a")
    for second in (0, 20, 40, 60, 80):
        book.keep(book.draft(reports([(0, NO_SEQ, second)]), {}))

    draft = book.draft(reports([(0, NO_SEQ, 90_000)], **repeat), {})
    book.keep(draft)
    after = book.draft(reports([(0, NO_SEQ, 100)]), {})

    assert draft.entries.received.tolist() == [1]
    assert draft.entries.heard_at.tolist() == [0]
    assert after.steps[0][-1] == 20  # seconds: the repeat was no step
    assert np.count_nonzero(~np.isnan(draft.skews)) == 5  # and no sample of its clock


def test_the_interval_is_learned_from_committed_batches_and_one_outage_does_not_move_it() -> None:
    book = LedgerTracker()
    book.number("a")
    learned = []
    for second in (0, 20, 40, 60, 3600, 3620):
        draft = book.draft(reports([(0, NO_SEQ, second)]), {})
        book.draft(reports([(0, NO_SEQ, second + 7)]), {})  # rolled back: never kept
        book.keep(draft)
        learned.append(float(draft.entries.interval_seconds[0]))

    assert learned == pytest.approx([np.nan] * 4 + [20, 20], nan_ok=True)


def test_several_reports_in_a_batch_are_one_sample_of_their_mean_step() -> None:
    book = LedgerTracker()
    book.number("a")
    for start in (0, 30, 60, 90, 120):
        draft = book.draft(reports([(0, NO_SEQ, start + 10 * n) for n in range(3)]), {})
        book.keep(draft)

    assert draft.entries.interval_seconds.tolist() == [10]


def test_a_backlog_is_no_sample_of_a_clock() -> None:
    book = LedgerTracker()
    book.number("a")
    for second in (0, 20, 40):
        draft = book.draft(reports([(0, NO_SEQ, second)]), {}, waited=180_000_000)
        book.keep(draft)

    assert draft.entries.clock_skew_seconds.tolist() == [-180]
