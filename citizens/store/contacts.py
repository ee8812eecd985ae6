"""Who sent a report: masked for who works on it, whole for who may look and says why, which is on record."""

from datetime import datetime

from cases.life.details import CaseType
from cases.life.posts import CaseActor
from citizens.errors import ContactClosed, KeyUnusable, PersonalData, ReportUnknown
from citizens.persons.contact import NOBODY, Contact, masked
from citizens.persons.contact_rights import check_reveal
from citizens.persons.personal import find_personal
from citizens.persons.sealing import person_key, unseal
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("citizens")
LONGEST_WHY = 200  # characters


def masked_contact(tx: Transaction, report_id: int, key: str | None) -> Contact:
    """Return what everybody who sees a report may see of who sent it; nothing of who asked for confidence.

    Raises ReportUnknown, KeyUnusable and SealUnreadable.
    """
    row = _contact_row(tx, report_id)
    return NOBODY if row["confidential"] else masked(_open(row, key))


def reveal(
    tx: Transaction,
    report_id: int,
    key: str | None,
    *,
    actor: CaseActor,
    why: str,
    now: datetime,
    origin: str = "dashboard",
) -> Contact:
    """Return a contact as it is, on record with who asked and why; that names no person, for it is never forgotten.

    Raises ContactClosed, PersonalData, ReportUnknown, KeyUnusable and SealUnreadable; a refusal for want of a right is
    the caller's to record, in a transaction of its own.
    """
    row = _contact_row(tx, report_id)
    check_reveal(
        actor,
        kind=CaseType(row["kind"]),
        confidential=row["confidential"],
        departments=row["departments"],
    )
    reason = why.strip()
    if not reason or len(reason) > LONGEST_WHY:
        raise ContactClosed(f"Say why, in {LONGEST_WHY} characters at most.")
    found = find_personal(reason)
    if found:
        raise PersonalData(found)
    contact = _open(row, key)
    detail = {"why": reason, "post": actor.post.value, "department": actor.department}
    record(tx, actor.name, "report.reveal", row["number"], at=now, origin=origin, detail=detail)
    return contact


def earlier_reports(tx: Transaction, contact: Contact, key: str, *, most: int = 20) -> list[Row]:
    """Return what was reported before by who has this number, or this e-mail address; the newest first.

    Rows: report_id, number, channel, kind, category, area_code, address, said, received_at (UTC), case_id, case_number,
    case_state, outcome, confidential. Raises KeyUnusable.
    """
    known_by = person_key(contact, key)
    return [] if known_by is None else tx.rows(SQL["earlier_reports"], person_key=known_by, most=most)


def reports_of_case(tx: Transaction, case_id: int) -> list[Row]:
    """Return the reports that belong to a case, those of cases merged into it too."""
    return tx.rows(SQL["reports_of_case"], case_id=case_id)


def waiting_reports(tx: Transaction, *, most: int = 200) -> list[Row]:
    """Return the reports that wait for a person, with `held`: why (`citizens.holding`)."""
    return tx.rows(SQL["waiting_reports"], most=most)


def _contact_row(tx: Transaction, report_id: int) -> Row:
    row = tx.row(SQL["contact_of"], report_id=report_id)
    if row is None:
        raise ReportUnknown
    return row


def _open(row: Row, key: str | None) -> Contact:
    if row["sealed"] is None:
        return NOBODY
    if key is None:
        raise KeyUnusable("Contacts cannot be read: CITYOPS_REPORTER_KEY is not set.")
    return unseal(bytes(row["sealed"]), key)
