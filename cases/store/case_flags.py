"""What each case counts for, kept in the database: of a month only the histories that changed are read again."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from cases.counting.history import CaseHistory, Flag, StepClock
from cases.counting.month import case_flags
from cases.life.deed import Deed
from cases.store.snapshots import read_case, read_deed
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
MOST = 1000  # cases at a time: so many histories are in memory


def flag_cases(tx: Transaction, start: datetime, end: datetime, clock: StepClock, rules: str, *, most: int) -> int:
    """Flag anew the cases that may count in [start, end) and have changed, at most so many; return how many were.

    `rules` names the calendar and the limits of the steps in `clock`.
    """
    rows = tx.rows(SQL["cases_to_flag"], start=start, end=end, rules=rules, most=most)
    if rows:
        cases = [row["case_id"] for row in rows]
        flags = [flag for history in _histories(tx, rows) for flag in _compact(case_flags(history, clock))]
        tx.execute(SQL["forget_flags"], cases=cases)
        tx.execute(SQL["store_flags"], rows=json.dumps(flags))
        seen = [{"case_id": row["case_id"], "version": row["version"]} for row in rows]
        tx.execute(SQL["note_flagged"], rows=json.dumps(seen), rules=rules)
    return len(rows)


def flags_of_month(tx: Transaction, start: datetime, end: datetime) -> Iterator[Flag]:
    """Yield what counts in [start, end), as it was flagged."""
    for row in tx.rows(SQL["flags_of_month"], start=start, end=end):
        for count in row["counts"]:
            yield Flag(row["scores"], row["unit"], count, row["at"], row["case_id"])


def _compact(flags: Iterator[Flag]) -> Iterator[dict[str, object]]:
    """Yield one row for each unit and moment of a case."""
    key = attrgetter("scores", "unit", "at")
    for (scores, unit, at), group in groupby(sorted(flags, key=key), key):
        found = list(group)
        counts = sorted({flag.count for flag in found})
        yield {"case_id": found[0].case_id, "scores": scores, "unit": unit, "at": at.isoformat(), "counts": counts}


def _histories(tx: Transaction, rows: Sequence[Row]) -> Iterator[CaseHistory]:
    deeds: dict[int, list[Deed]] = defaultdict(list)
    for event in tx.rows(SQL["events_of_cases"], cases=[row["case_id"] for row in rows]):
        deeds[event["case_id"]].append(read_deed(event))
    for row in rows:
        yield CaseHistory(row["case_id"], read_case(row["snapshot"]), row["source"], tuple(deeds[row["case_id"]]))
