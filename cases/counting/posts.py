"""The flags of people: each step of the centre, by who did it, or who should have."""

from collections.abc import Iterator

from cases.counting.history import CaseHistory, Flag, StepClock
from cases.life.deed import Deed
from cases.life.details import Errand
from cases.life.posts import Post
from cases.life.states import CaseState
from cases.life.transitions import Act

READY_TO_CLOSE = (Act.PASS, Act.CALL_BACK)


def collector_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield reports and whether they were valid (filed, or cancelled later), and what collectors were sent to see."""
    case_id = history.case_id
    for report in history.of(Act.REPORT):
        if report.actor.post is Post.COLLECTOR:
            yield Flag("collector", report.actor.name, "reports", report.at, case_id)
            if history.last(Act.FILE) is not None:
                yield Flag("collector", report.actor.name, "valid_reports", report.at, case_id)
                yield Flag("collector", report.actor.name, "filed", report.at, case_id)
    for step, asked_by, done_by in (
        ("verify", Act.ASK_VERIFY, (Act.VERIFY,)),
        ("check", Act.ASK_CHECK, (Act.PASS, Act.FAIL)),
    ):
        for asked in history.of(asked_by):
            done = history.after(asked, *done_by)
            unit = done.actor.name if done else asked.details.collector if isinstance(asked.details, Errand) else ""
            past = {"verify": "verified", "check": "checked"}[step]
            if unit:
                yield from _timed(
                    "collector", unit, f"due_{step}", f"{past}_in_time", asked, done, history, clock, step
                )


def acceptor_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield what was taken in, and who was sent to look in time."""
    for report in history.of(Act.REPORT):
        if report.actor.post is Post.ACCEPTOR:
            yield Flag("acceptor", report.actor.name, "accepted", report.at, history.case_id)
    for step, act, since in (
        ("send_verify", Act.ASK_VERIFY, Act.REPORT),
        ("send_check", Act.ASK_CHECK, Act.HANDLE),
    ):
        for sent in history.of(act):
            begun = history.before(sent, since)
            if begun is not None:
                in_time = f"{step.removeprefix('send_')}_sent_in_time"
                unit = sent.actor.name
                yield from _timed("acceptor", unit, f"due_{step}", in_time, begun, sent, history, clock, step)


def chief_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield what was filed, in time and rightly, and what was to be closed: by who closed it, else by who filed it."""
    case_id = history.case_id
    for filed in history.of(Act.FILE):
        begun = history.before(filed, Act.REPORT, Act.VERIFY)
        if filed.actor.post is not Post.CHIEF or begun is None:
            continue
        yield Flag("chief", filed.actor.name, "filed", filed.at, case_id)
        if filed.at <= clock.due("file", begun.at):
            yield Flag("chief", filed.actor.name, "filed_in_time", filed.at, case_id)
        if history.case.state is CaseState.CANCELLED:
            yield Flag("chief", filed.actor.name, "cancelled", filed.at, case_id)
    ready, closed, filed_by = history.last(*READY_TO_CLOSE), history.last(Act.CLOSE), history.last(Act.FILE)
    doer = closed or filed_by
    if ready is not None and doer is not None and doer.actor.post is Post.CHIEF and _waits_or_closed(history):
        name = doer.actor.name
        yield from _timed("chief", name, "due_close", "closed_in_time", ready, closed, history, clock, "close")


def dispatcher_flags(history: CaseHistory, clock: StepClock) -> Iterator[Flag]:
    """Yield what was dispatched, in time, and to a department that did not have to send it back."""
    for sent in history.of(Act.DISPATCH):
        begun = history.before(sent, Act.FILE, Act.GRANT_RETURN, Act.REOPEN)
        if begun is None:
            continue
        unit = sent.actor.name
        yield Flag("dispatcher", unit, "dispatched", sent.at, history.case_id)
        yield from _timed(
            "dispatcher", unit, "due_dispatch", "dispatched_in_time", begun, sent, history, clock, "dispatch"
        )
        then = history.after(sent, Act.DISPATCH, Act.REOPEN)
        came_back = history.case.state is CaseState.FILED if then is None else then.act is Act.DISPATCH
        if not came_back:
            yield Flag("dispatcher", unit, "dispatched_rightly", clock.due("dispatch", begun.at), history.case_id)


def _waits_or_closed(history: CaseHistory) -> bool:
    """Whether nothing is left but to close it, or it is closed."""
    case = history.case
    asked = case.excluded or case.called >= case.callers
    return case.state is CaseState.CLOSED or (case.checked and asked and case.is_open)


def _timed(
    scores: str,
    unit: str,
    wanted: str,
    in_time: str,
    begun: Deed,
    done: Deed | None,
    history: CaseHistory,
    clock: StepClock,
    step: str,
) -> Iterator[Flag]:
    """Yield that a step was due, and whether it was done by then; both in the period of the deadline."""
    due = clock.due(step, begun.at)
    yield Flag(scores, unit, wanted, due, history.case_id)
    if done is not None and done.at <= due:
        yield Flag(scores, unit, in_time, due, history.case_id)
