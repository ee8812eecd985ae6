"""What of a report is public: nothing, until a person has passed it; and nothing ever that tells who somebody is."""

from datetime import datetime

from cases.life.posts import CaseActor
from citizens.errors import NameDoubt, PersonalData, ReportUnknown, ReportUnusable
from citizens.persons.contact_rights import check_publishing
from citizens.persons.person_names import may_name_somebody
from citizens.persons.personal import find_personal
from citizens.reports import LONGEST_SAID
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("citizens")


def unseen(tx: Transaction, *, most: int = 50, after: int = 0) -> list[Row]:
    """Return reports of which nobody has decided, the oldest first, from the one after `after` (a report_id) on.

    Rows: report_id, number, channel, kind, category, area_code, address, said, received_at (UTC), confidential, answer,
    case_id, photos (how many).
    """
    return tx.rows(SQL["unseen_reports"], most=most, after=after)


def photos_of(tx: Transaction, report_id: int) -> list[Row]:
    """Return the photographs of a report: place, sha256, kind, public, reviewed_by, reviewed_at."""
    return tx.rows(SQL["photos_of_report"], report_id=report_id)


def photo_content(tx: Transaction, report_id: int, place: int) -> Row | None:
    """Return kind and content of a photograph; None where there is none, or out of scope."""
    return tx.row(SQL["report_photo_content"], report_id=report_id, place=place)


def pass_text(
    tx: Transaction,
    report_id: int,
    text: str,
    *,
    actor: CaseActor,
    now: datetime,
    names_read: bool = False,
    origin: str = "dashboard",
) -> None:
    """Make a text public in a report's place, on record; "" decides that nothing is.

    With a text, the answer to the person is public too, so it names nobody either. `names_read`: somebody says that
    what may be a name is none, which is on record; numbers pass never. Raises ActForbidden, PersonalData with what was
    found, NameDoubt, ReportUnusable and ReportUnknown.
    """
    check_publishing(actor)
    passed = text.strip()
    if len(passed) > LONGEST_SAID:
        raise ReportUnusable("text", f"The text has more than {LONGEST_SAID} characters.")
    answer = tx.value(SQL["answer_of_report"], report_id=report_id) if passed else ""
    public = f"{passed}\n\n{answer or ''}"
    found, is_doubtful = find_personal(public), may_name_somebody(public)
    if found:
        raise PersonalData(found)
    if is_doubtful and not names_read:
        raise NameDoubt
    number = tx.value(SQL["review_report"], report_id=report_id, text=passed, actor=actor.name, now=now)
    if number is None:
        raise ReportUnknown
    action = "report.publish" if passed else "report.withhold"
    record(
        tx,
        actor.name,
        action,
        number,
        at=now,
        origin=origin,
        detail={"characters": len(passed), "names_read": is_doubtful},
    )


def pass_photo(
    tx: Transaction, report_id: int, place: int, *, actor: CaseActor, now: datetime, origin: str = "dashboard"
) -> None:
    """Make a photograph public, on record. Raises ActForbidden and ReportUnknown."""
    _decide(tx, report_id, place, actor=actor, now=now, origin=origin, public=True)


def withhold_photo(
    tx: Transaction, report_id: int, place: int, *, actor: CaseActor, now: datetime, origin: str = "dashboard"
) -> None:
    """Decide that a photograph is not public, or no more, on record. Raises ActForbidden and ReportUnknown."""
    _decide(tx, report_id, place, actor=actor, now=now, origin=origin, public=False)


def _decide(
    tx: Transaction, report_id: int, place: int, *, actor: CaseActor, now: datetime, origin: str, public: bool
) -> None:
    check_publishing(actor)
    values = {"report_id": report_id, "place": place, "public": public, "actor": actor.name, "now": now}
    digest = tx.value(SQL["review_photo"], **values)
    if digest is None:
        raise ReportUnknown
    action = "report.photo.publish" if public else "report.photo.withhold"
    record(tx, actor.name, action, digest, at=now, origin=origin, detail={"report": report_id})
