"""What people and programs do with a case, in one transaction: seen at a version, decided purely, stored once.

All of it raises ActForbidden or ActRefused (see `cases.life.acts`), CaseTaken naming who was first, CaseChanged when a
program was, CaseUnknown, CalendarMissing, and what `proposals` refuses. That a request which is sent again does nothing
again is the caller's matter, as with alerts: `cityops.storage.operations.idempotency`.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from cases.errors import ActRefused
from cases.life.acts import apply, replay
from cases.life.case import Case
from cases.life.deed import Deed
from cases.life.details import Details, Report
from cases.life.posts import CaseActor
from cases.life.transitions import Act
from cases.store.case_store import CasePlace, begin_case, case_events, explain_refusal, find_case, save_case
from cases.store.catalogue.calendars import StoredCalendars
from cases.store.deed_checks import check_deed
from cases.store.snapshots import read_deed
from cityops.storage import Transaction

LONGEST_TEXT = 2000  # characters of a reason
LONGEST_DESCRIPTION = 4000  # of what somebody says of a place; Open311 lets a report have as many


def report(
    tx: Transaction,
    said: Report,
    place: CasePlace,
    *,
    actor: CaseActor,
    now: datetime,
    zone: ZoneInfo,
    origin: str = "dashboard",
) -> int:
    """Begin a case; return its id. `zone` is the city's, whose day its number has."""
    _check_length(place.description, LONGEST_DESCRIPTION)
    deed = Deed(Act.REPORT, actor, now, details=said)
    return begin_case(tx, apply(None, deed, {}), deed, place, zone=zone, origin=origin)


def perform(
    tx: Transaction,
    case_id: int,
    act: Act,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    reason: str = "",
    details: Details | None = None,
    origin: str = "dashboard",
) -> Case:
    """Do one act with a case as it was seen at `version`; return the case as it is then."""
    _check_length(reason)
    before = find_case(tx, case_id)
    if before.version != version:
        explain_refusal(tx, case_id)
    deed = Deed(act, actor, now, reason, details or Details())
    check_deed(tx, case_id, before, deed)
    after = apply(before, deed, StoredCalendars(tx))
    save_case(tx, case_id, before, after, deed, origin=origin)
    return after


def replay_case(tx: Transaction, case_id: int) -> Case | None:
    """Return the case as its stored events make it: what `find_case` must say too. None: it has no events."""
    return replay((read_deed(event) for event in case_events(tx, case_id)), StoredCalendars(tx))


def _check_length(text: str, most: int = LONGEST_TEXT) -> None:
    if len(text) > most:
        raise ActRefused(f"The text is longer than {most} characters: shorten it.")
