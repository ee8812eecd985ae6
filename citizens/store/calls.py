"""Call-backs in the database: whom to call, and one try with the act that goes with it, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from cases.clock.rework import ReworkPolicy
from cases.errors import ActRefused
from cases.life.case import Case, RequestKind
from cases.life.details import Asking
from cases.life.posts import CaseActor
from cases.life.transitions import Act
from cases.store.acting import perform
from cases.store.case_store import find_case, find_cases
from citizens.calls import TRIES, CallNote, call_details, check_note
from citizens.errors import ReportUnknown
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("citizens")


def calls_to_make(tx: Transaction, *, most: int = 100) -> list[Row]:
    """Return whom to call back, those first whose case waits longest.

    Nobody of a case that was excluded, or whose callers were all asked without a note of who they were.

    Rows: report_id, number, kind, category, area_code, address, said, received_at (UTC), confidential, case_id,
    case_number, version, round, lead_department, handled_at, attempts (in this round), last_at, result (what the
    department said that it did), exclusion ("", "may" or "asked").
    """
    rows = tx.rows(SQL["calls_to_make"], most=most)
    cases = find_cases(tx, [row["case_id"] for row in rows])
    waiting = {number for number, case in cases.items() if not case.excluded and case.called < case.callers}
    known = [row for row in rows if row["case_id"] in waiting]
    return [{**row, "exclusion": _exclusion(row, cases[row["case_id"]])} for row in known]


def calls_of_reports(tx: Transaction, reports: Sequence[int]) -> list[Row]:
    """Return every try of some reports, in order.

    Rows: report_id, attempt, round, at (UTC), called_by, channel, reached, solved, satisfaction, comment.
    """
    return tx.rows(SQL["calls_of_reports"], reports=list(reports))


def record_call(
    tx: Transaction,
    report_id: int,
    note: CallNote,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    rework: ReworkPolicy = ReworkPolicy.SAME_DUE,
    origin: str = "dashboard",
) -> Case:
    """Note a try to reach who sent a report, and do the act `call_back` with it; return the case as it is then.

    What is not solved goes back to work; `rework`: within what time. Raises ReportUnusable, ReportUnknown and whatever
    forbids the act.
    """
    check_note(note)
    case_id = _case_to_call(tx, report_id)
    before = find_case(tx, case_id)
    details = call_details(note, report_id, rework)
    after = perform(tx, case_id, Act.CALL_BACK, version=version, actor=actor, now=now, details=details, origin=origin)
    tx.value(
        SQL["add_call"],
        report_id=report_id,
        round=before.round,
        now=now,
        actor=actor.name,
        channel=note.channel.value,
        reached=note.is_reached,
        solved=note.solved and note.solved.value,
        satisfaction=note.stars,
        comment=note.comment.strip(),
        case_id=case_id,
        version=after.version,
    )
    return after


def ask_exclusion(
    tx: Transaction,
    report_id: int,
    reason: str,
    *,
    version: int,
    actor: CaseActor,
    now: datetime,
    origin: str = "dashboard",
) -> Case:
    """Ask that the calls of a case do not count, because somebody was not reached TRIES times; a second person decides.

    Raises ReportUnknown, ActRefused and whatever forbids the act.
    """
    case_id = _case_to_call(tx, report_id)
    before = find_case(tx, case_id)
    tries = tx.value(SQL["tries_of_case"], case_id=case_id, round=before.round) or 0
    if tries < TRIES:
        raise ActRefused(f"Nobody was tried {TRIES} times in vain: call again at another time.")
    said = Asking()
    return perform(
        tx,
        case_id,
        Act.ASK_EXCLUDE,
        version=version,
        actor=actor,
        now=now,
        reason=reason,
        details=said,
        origin=origin,
    )


def calls_made(tx: Transaction, actor: str, since: datetime) -> Row:
    """Return how many calls somebody made since a moment: calls, reached."""
    return tx.row(SQL["calls_made"], actor=actor, since=since) or {"calls": 0, "reached": 0}


def _case_to_call(tx: Transaction, report_id: int) -> int:
    found = tx.value(SQL["case_to_call"], report_id=report_id)
    if found is None:
        raise ReportUnknown
    return int(found)


def _exclusion(row: Row, case: Case) -> str:
    if case.pending(RequestKind.EXCLUDE):
        return "asked"
    return "may" if row["attempts"] >= TRIES else ""
