"""`/api/v1/cases`: reporting a case, and every act on one, by the version that the caller saw."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from cases.life.case import Case
from cases.life.details import AlertEvidence, CaseType, Merging, Report
from cases.life.rehearsal import BY_PROGRAMS
from cases.life.transitions import TRANSITIONS, Act
from cases.store import acting, merging
from cases.store.alert_links import follow_alert, link_alert
from cases.store.case_list import case_by_number
from cases.store.case_store import CasePlace, case_row, find_case
from cases.store.photos import check_photos
from cases.store.similar import similar_cases
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import StorageError, Transaction
from dashboard.api.cases.case_refusals import REFUSED, problem, refusal
from dashboard.cases.details import complete_details
from dashboard.cases.seats import CaseSeat, seat_for
from dashboard.web.refusals import REFUSALS, Problem
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT

PEOPLES_ACTS = [act.value for act, row in TRANSITIONS.items() if row.start and act not in BY_PROGRAMS]
ACT_WORDS = "What is done: docs/reference/case-acts.md says by whom, in which state, and what it needs."
ActName = Annotated[str, Path(description=ACT_WORDS, json_schema_extra={"enum": PEOPLES_ACTS})]
ACT_REFUSALS = {**REFUSALS, 404: {"model": Problem}, 409: {"model": Problem}}
MOST_DIGITS = 12  # of an id: what is longer is a number of a case
router = APIRouter(prefix="/cases")


class CaseReport(BaseModel):
    """What begins a case. `category` and `area` are codes; the place is WGS-84, degrees."""

    source: str = Field(default="desk", pattern="^[a-z0-9_-]{1,32}$")
    kind: CaseType = CaseType.CASE
    area: str = Field(default="", max_length=32, description="digits; that of the alert where one is given")
    category: str = Field(default="", max_length=64)
    alert: int | None = Field(default=None, ge=1, description="the alert whose work it is: it says all else")
    description: str = Field(default="", max_length=acting.LONGEST_DESCRIPTION)
    address: str = Field(default="", max_length=200)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    callers: int = Field(default=0, ge=0, le=1000, description="how many want to be called back")


class CaseAct(BaseModel):
    """An act on a case that was seen at a version; `details` are what the act itself asks for."""

    version: int
    reason: str = Field(default="", max_length=acting.LONGEST_TEXT)
    details: dict[str, Any] = Field(default_factory=dict)


class CaseDone(BaseModel):
    """The case after an act: what to send as `version` with the next one."""

    id: int
    number: str
    version: int
    state: str
    similar: int = Field(default=0, description="of a new case: how many open ones may be of the same matter")


@router.post("", response_model=CaseDone, responses=ACT_REFUSALS, dependencies=ACT)
def report_case(report: CaseReport) -> Any:
    """Begin a case. An alert has one open case at most: who asks again is answered with that one."""
    seat = _seat(Act.REPORT)
    if report.alert is None and not (report.area.isascii() and report.area.isdecimal()):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_value", "area: a code of digits is wanted. Correct it.")

    def work(tx: Transaction) -> dict[str, Any]:
        return _report(tx, seat, report)

    return answer_act(seat, work)


@router.post("/{case_id}/{act}", response_model=CaseDone, responses=ACT_REFUSALS, dependencies=ACT)
def act_on_case(case_id: int, act: ActName, said: CaseAct) -> Any:
    """Do one act with a case. 409: `winner` was first, or `message` says why it cannot be done now."""
    if act not in PEOPLES_ACTS:
        require_any_post()
        return problem(HTTPStatus.NOT_FOUND, "unknown", "There is no such act. docs/reference/case-acts.md lists them.")
    seat = _seat(Act(act))

    def work(tx: Transaction) -> dict[str, Any]:
        return done(tx, case_id, perform_act(tx, seat, case_id, Act(act), said))

    return answer_act(seat, work)


def require_any_post() -> None:
    """Raise Forbidden unless the visitor holds a post."""
    _seat(Act.COMMENT)


"""What is said of one case, and no failure of the whole."""


def _seat(act: Act) -> CaseSeat:
    return seat_for(require(Role.VIEWER), act)


def answer_act(seat: CaseSeat, work: Callable[[Transaction], Any]) -> Any:
    """Do the work of an act once for this request, and answer with what it returns, or why not."""
    try:
        return seat.act(work)
    except REFUSED as error:
        return refusal(error)
    except StorageError as error:
        return refusal(error)
    except msgspec.ValidationError as error:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_value", f"details: {error}. Correct it and send it again.")


def _report(tx: Transaction, seat: CaseSeat, report: CaseReport) -> dict[str, Any]:
    here, actor, now = seat.here, seat.actor(Act.REPORT, None), utc_now()
    zone = here.site.settings.zone
    if report.alert is not None:
        followed = follow_alert(tx, report.alert, actor=actor, now=now, zone=zone, origin=here.origin)
        return _begun(tx, followed.case_id)
    said = Report(
        source=report.source, kind=report.kind, area=report.area, category=report.category, callers=report.callers
    )
    place = CasePlace(report.description, report.address, report.longitude, report.latitude)
    case_id = acting.report(tx, said, place, actor=actor, now=now, zone=zone, origin=here.origin)
    return _begun(tx, case_id)


def perform_act(tx: Transaction, seat: CaseSeat, case_id: int, act: Act, said: CaseAct) -> Case:
    """Do one act of a person with a case; return it as it is then. Raises those of REFUSED, and ValidationError."""
    here, now, case = seat.here, utc_now(), find_case(tx, case_id)
    actor = seat.actor(act, case)
    common: dict[str, Any] = {"version": said.version, "actor": actor, "now": now, "origin": here.origin}
    if act in (Act.MERGE, Act.SUPERSEDE):
        return merging.merge(tx, case_id, _master(tx, said), act=act, reason=said.reason, **common)
    if act is Act.UNMERGE:
        return merging.unmerge(tx, case_id, reason=said.reason, **common)
    if act is Act.LINK_ALERT:
        alert_id = msgspec.convert(said.details, AlertEvidence, strict=False).alert_id
        return link_alert(tx, case_id, alert_id, **common)
    details = complete_details(tx, case_id, case, act, said.details, now)
    check_photos(tx, case_id, getattr(details, "photos", ()))
    return acting.perform(tx, case_id, act, reason=said.reason, details=details, **common)


def _master(tx: Transaction, said: CaseAct) -> int:
    """Return the case into which another is merged: its id, or the number by which people call it."""
    number = str(said.details.get("master", "")).strip()
    if len(number) > MOST_DIGITS and number.isascii() and number.isdecimal():
        return case_by_number(tx, number) or 0
    return msgspec.convert(said.details, Merging, strict=False).master


def _begun(tx: Transaction, case_id: int) -> dict[str, Any]:
    row, case = case_row(tx, case_id), find_case(tx, case_id)
    return _told(case_id, row["number"], case) | {"similar": len(similar_cases(tx, row))}


def done(tx: Transaction, case_id: int, case: Case) -> dict[str, Any]:
    """Return a case after an act, as `CaseDone`."""
    return _told(case_id, case_row(tx, case_id)["number"], case)


def _told(case_id: int, number: str, case: Case) -> dict[str, Any]:
    return CaseDone(id=case_id, number=number, version=case.version, state=case.state.value).model_dump()
