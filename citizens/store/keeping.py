"""A report that is needed for longer than its time, with who sent it, as for a lawsuit."""

from datetime import datetime, timedelta

from citizens.errors import PersonalData, ReportUnknown, ReportUnusable
from citizens.persons.personal import find_personal
from citizens.store.contacts import LONGEST_WHY
from cityops.storage import Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("citizens")
LONGEST = timedelta(days=20 * 366)


def keep_longer(
    tx: Transaction, number: str, *, until: datetime, why: str, actor: str, now: datetime, origin: str = COMMAND_LINE
) -> None:
    """Have a report forgotten not before `until` (aware), on record with the reason, which names no person.

    A report of nobody gets a reporter without a contact, so that its words are kept too.
    Raises ReportUnknown, ReportUnusable and PersonalData.
    """
    reason = why.strip()
    if not reason or len(reason) > LONGEST_WHY:
        raise ReportUnusable("why", f"Say why, in {LONGEST_WHY} characters at most.")
    if found := find_personal(reason):
        raise PersonalData(found)
    if not now < until <= now + LONGEST:
        raise ReportUnusable("until", "This day is not to come, or too far away.")
    row = tx.row(SQL["lock_kept"], number=number)
    if row is None:
        raise ReportUnknown
    if row["forgotten_at"] is not None:
        raise ReportUnusable("number", "The report is forgotten already.")
    if row["reporter_id"] is None and row["sealed"] is not None:
        raise ReportUnusable(
            "number", "Its contact was not put apart yet: `cityops watch` does it when it is taken up."
        )
    if row["reporter_id"] is None:
        row["reporter_id"] = tx.value(SQL["add_reporter"], person_key=None, sealed=None, confidential=False, now=now)
        tx.execute(SQL["link_reporter"], report_id=row["report_id"], reporter_id=row["reporter_id"])
    tx.execute(SQL["keep_reporter"], reporter_id=row["reporter_id"], until=until)
    record(
        tx, actor, "report.keep", number, at=now, origin=origin, detail={"until": f"{until:%Y-%m-%d}", "why": reason}
    )
