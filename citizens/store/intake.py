"""A case takes up a report: by itself, or by the agent who has somebody on the telephone.

What touches both is one transaction, so whoever is killed in the middle has done nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cases.errors import CategoryUnknown
from cases.life.details import CaseType, Report
from cases.life.posts import CaseActor, Post
from cases.store.acting import report
from cases.store.case_store import CasePlace
from cases.store.catalogue.catalogue_versions import standards_of
from citizens.errors import ReportTaken, ReportUnknown, ReportUnusable
from citizens.holding import IntakeHold
from citizens.persons.contact_rights import check_publishing
from citizens.places import AreaFinder
from citizens.reports import LONGEST_SAID, NewReport, check_place
from citizens.store.inbox import send_report
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record
from cityops.storage.devices.stored_areas import load_areas

SQL = load_queries("citizens")
INTAKE = CaseActor("citizens", Post.PROGRAM)
ENDS = ("answered", "refused")


class PlaceOutside(ReportUnusable):
    """Say where in the city it is, or refuse the report with a word where to turn."""

    def __init__(self) -> None:
        super().__init__("longitude", "This place lies in no area of the city.")


@dataclass(frozen=True, slots=True)
class Call:
    """A report that was taken in and up at once. `is_new` False: it was there already.

    `code`: as `send_report` tells it; "" where the report is there under another.
    """

    number: str
    code: str
    report_id: int
    case_id: int
    is_new: bool


def load_finder(tx: Transaction) -> AreaFinder:
    """Return what tells in which area a place lies."""
    return AreaFinder(load_areas(tx).values())


def take_call(
    tx: Transaction,
    said: NewReport,
    *,
    actor: CaseActor,
    public_key: str | None,
    areas: AreaFinder,
    now: datetime,
    zone: ZoneInfo,
    origin: str = "dashboard",
    code: str | None = None,
) -> Call:
    """Take a report in and have a case take it up, in one transaction. Raises as `send_report` and `take_up` do.

    The same call sent twice gives the same report and case, and its code to who brought it (`code`).
    """
    sent = send_report(tx, said, public_key=public_key, code=code)
    row = _found(tx.row(SQL["lock_sent_report"], number=sent.number))
    if row["case_id"] is not None:
        return Call(sent.number, sent.code, row["report_id"], row["case_id"], is_new=False)
    case_id = _begin(tx, row, actor=actor, areas=areas, now=now, zone=zone, origin=origin)
    return Call(sent.number, sent.code, row["report_id"], case_id, sent.is_new)


def take_up(
    tx: Transaction,
    report_id: int,
    *,
    actor: CaseActor,
    areas: AreaFinder,
    now: datetime,
    zone: ZoneInfo,
    origin: str = "dashboard",
) -> int:
    """Have a case take up a report that waits; return the case.

    Raises ReportUnknown, ReportTaken, PlaceOutside and whatever forbids the act.
    """
    row = waiting(tx, report_id)
    return _begin(tx, row, actor=actor, areas=areas, now=now, zone=zone, origin=origin)


def place_report(
    tx: Transaction,
    report_id: int,
    *,
    longitude: float,
    latitude: float,
    address: str,
    actor: CaseActor,
    now: datetime,
    origin: str = "dashboard",
) -> None:
    """Say where a report that waits is, on record; a case takes it up a moment later.

    Raises ActForbidden, ReportUnknown, ReportTaken and ReportUnusable.
    """
    check_publishing(actor)
    check_place(longitude, latitude)
    row = waiting(tx, report_id)
    tx.execute(SQL["move_report"], report_id=report_id, longitude=longitude, latitude=latitude, address=address)
    record(tx, actor.name, "report.place", row["number"], at=now, origin=origin)


def end_report(
    tx: Transaction,
    report_id: int,
    outcome: str,
    answer: str,
    *,
    actor: CaseActor,
    now: datetime,
    origin: str = "dashboard",
) -> None:
    """End a report that no case takes up, "answered" or "refused", with words for the person, on record.

    Raises ActForbidden, ReportUnknown, ReportTaken and ReportUnusable.
    """
    check_publishing(actor)
    if outcome not in ENDS or not answer.strip() or len(answer) > LONGEST_SAID:
        raise ReportUnusable("answer", "A report ends with words for the person.")
    row = waiting(tx, report_id)
    tx.execute(SQL["end_report"], report_id=report_id, outcome=outcome, answer=answer.strip(), now=now)
    record(tx, actor.name, f"report.{outcome}", row["number"], at=now, origin=origin)


def waiting(tx: Transaction, report_id: int) -> Row:
    """Return a report that no case has taken up and nobody has ended, held. Raises ReportUnknown and ReportTaken."""
    row = _found(tx.row(SQL["lock_report"], report_id=report_id))
    if row["taken_up_at"] is not None or row["ended_at"] is not None:
        raise ReportTaken
    return row


def hold(tx: Transaction, report_id: int, why: IntakeHold) -> None:
    """Have a report wait for a person."""
    tx.execute(SQL["hold_report"], report_id=report_id, held=why.value)


def _begin(
    tx: Transaction, row: Row, *, actor: CaseActor, areas: AreaFinder, now: datetime, zone: ZoneInfo, origin: str
) -> int:
    area = _area_of(row, areas)
    said = Report(
        source=row["channel"],
        kind=CaseType(row["kind"]),
        area=area,
        category=_known_category(tx, row["category"]),
        callers=int(row["wants_call"]),
    )
    place = CasePlace(row["said"], row["address"], row["longitude"], row["latitude"])
    case_id = report(tx, said, place, actor=actor, now=now, zone=zone, origin=origin)
    tx.execute(SQL["mark_taken_up"], report_id=row["report_id"], case_id=case_id, area_code=area or None, now=now)
    return case_id


def _area_of(row: Row, areas: AreaFinder) -> str:
    """Return the area of a report; "" where it names no place, or the city has no outlines. Raises PlaceOutside."""
    if row["longitude"] is None or areas.is_blind:
        return ""
    code = areas.find(row["longitude"], row["latitude"])
    if code is None:
        raise PlaceOutside
    return code


def _known_category(tx: Transaction, category: str) -> str:
    """Return a category that can be filed, or "": people file it then. What the person chose stays in the report."""
    try:
        return category if category and standards_of(tx, category) else ""
    except CategoryUnknown:
        return ""


def _found(row: Row | None) -> Row:
    if row is None:
        raise ReportUnknown
    return row
