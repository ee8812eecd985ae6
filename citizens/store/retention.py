"""Forgetting: what a report said and who sent it go a time after its end, and what was passed for the public stays."""

from datetime import datetime, timedelta

from citizens.store.intake import INTAKE
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("citizens")


def forget(tx: Transaction, *, now: datetime, age: timedelta, most: int) -> int:
    """Forget reports that ended longer ago than `age`, at most so many; return how many. It is on record, as a number.

    The events of their cases stay as they are: they hold nothing that was said, and nobody who said it.
    """
    found = tx.rows(SQL["reports_to_forget"], now=now, before=now - age, most=most)
    if not found:
        return 0
    reports, cases, reporters = (
        [row[column] for row in found if row[column] is not None] for column in ("report_id", "case_id", "reporter_id")
    )
    tx.execute(SQL["forget_reporters"], reporters=reporters, now=now)
    tx.execute(SQL["forget_cases"], cases=cases)
    tx.execute(SQL["forget_photos"], reports=reports)
    tx.execute(SQL["forget_calls"], reports=reports)
    tx.execute(SQL["forget_reports"], reports=reports, now=now)
    record(tx, INTAKE.name, "report.forget", "", at=now, origin="watch", detail={"reports": len(found)})
    return len(found)
