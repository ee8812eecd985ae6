"""What each case counts for, kept in the database: of a month only the histories that changed are read again."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from cases.counting.history import CaseHistory, Flag, StepClock
from cases.counting.month import FlagGroup, case_flags
from cases.life.deed import Deed
from cases.store.snapshots import read_case, read_deed
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
AT_A_TIME = 1000  # cases: so many histories are in memory


def flag_cases(
    tx: Transaction, start: datetime, end: datetime, clock: StepClock, rules: str, *, most: int | None
) -> int:
    """Flag anew the cases that may count in [start, end) and have changed, so many or all; return how many were.

    `rules` names the calendar and the limits of the steps in `clock`.
    """
    found = tx.rows(SQL["cases_to_flag"], start=start, end=end, rules=rules, most=most)
    cases = [row["case_id"] for row in found]
    for first in range(0, len(cases), AT_A_TIME):
        _flag(tx, cases[first : first + AT_A_TIME], clock, rules)
    return len(cases)


def flags_of_month(tx: Transaction, start: datetime, end: datetime, *, until: datetime) -> Iterator[FlagGroup]:
    """Yield what counts in [start, end), as it was flagged; `until`: what is past."""
    tx.execute(SQL["room_to_count"])
    present = min(max(start, until), end)
    for begin, stop, is_past in ((start, present, True), (present, end, False)):
        for row in tx.rows(SQL["flags_of_month"], start=begin, end=stop):
            yield FlagGroup(**row, is_past=is_past)


def _flag(tx: Transaction, cases: list[int], clock: StepClock, rules: str) -> None:
    rows = tx.rows(SQL["flagged_cases"], cases=cases)
    flags = [flag for history in _histories(tx, rows) for flag in _compact(case_flags(history, clock))]
    tx.execute(SQL["forget_flags"], cases=cases)
    tx.execute(SQL["store_flags"], rows=json.dumps(flags))
    seen = [{"case_id": row["case_id"], "version": row["version"]} for row in rows]
    tx.execute(SQL["note_flagged"], rows=json.dumps(seen), rules=rules)


def _compact(flags: Iterator[Flag]) -> Iterator[dict[str, object]]:
    """Yield one row for each unit and moment of a case; what counts twice at one moment stands there twice."""
    key = attrgetter("scores", "unit", "at")
    for (scores, unit, at), group in groupby(sorted(flags, key=key), key):
        found = list(group)
        counts = sorted(flag.count for flag in found)
        yield {"case_id": found[0].case_id, "scores": scores, "unit": unit, "at": at.isoformat(), "counts": counts}


def _histories(tx: Transaction, rows: Sequence[Row]) -> Iterator[CaseHistory]:
    deeds: dict[int, list[Deed]] = defaultdict(list)
    for event in tx.rows(SQL["events_of_cases"], cases=[row["case_id"] for row in rows]):
        deeds[event["case_id"]].append(read_deed(event))
    for row in rows:
        yield CaseHistory(row["case_id"], read_case(row["snapshot"]), row["source"], tuple(deeds[row["case_id"]]))
