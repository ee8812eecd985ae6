"""The way of a case as a line of steps, with who brought it to each. Pure."""

from dataclasses import dataclass
from datetime import datetime

from cases.life.states import CaseState
from cityops.storage import Row
from dashboard.cases.one_case import CaseView
from dashboard.cases.words import CaseWords

# The way of a case that goes straight through; a page shows it as a line of steps.
LOOP = (
    CaseState.REPORTED, CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLING, CaseState.HANDLED,
    CaseState.CHECKING, CaseState.CLOSED,
)  # fmt: skip
# Where on that line a case stands that is beside it.
_BESIDE = {
    CaseState.VERIFYING: CaseState.REPORTED,
    CaseState.SUSPENDED: CaseState.HANDLING,
    CaseState.CALLING: CaseState.CHECKING,
}


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One step of the line: who brought the case there and when; `sign`: is-done, is-now or nothing."""

    word: str
    sign: str
    who: str = ""
    at: datetime | None = None


def loop_steps(view: CaseView, words: CaseWords) -> list[LoopStep]:
    """Return the line of steps, as the last round went; a case that ended otherwise ends with that."""
    reached = {CaseState(event["to_state"]): event for event in view.events if is_move(event)}
    state = view.case.state
    present = _BESIDE.get(state, state)
    loop = LOOP if present in LOOP else (*(step for step in LOOP[:-1] if step in reached), present)
    here = loop.index(present)
    return [
        _step(step, reached.get(step), "is-done" if place < here else "is-now" if place == here else "", words)
        for place, step in enumerate(loop)
    ]


def is_move(event: Row) -> bool:
    """Whether an event brought a case to another state."""
    return bool(event["from_state"] != event["to_state"])


def _step(step: CaseState, event: Row | None, sign: str, words: CaseWords) -> LoopStep:
    word = words.say(f"case_state.{step}")
    return LoopStep(word, sign) if event is None or not sign else LoopStep(word, sign, event["actor"], event["at"])
