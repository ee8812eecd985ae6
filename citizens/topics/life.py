"""What becomes of a topic, and what each step needs. Pure: the one place that says what may follow what."""

from dataclasses import dataclass
from enum import StrEnum

from citizens.topics.errors import TopicRefused

LONGEST_TEXT = 2000  # characters


class TopicState(StrEnum):
    """Where a topic stands."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    ADOPTED = "adopted"
    ENDED = "ended"


class TopicAct(StrEnum):
    """What a supervisor does."""

    ADOPT = "adopt"
    DECLINE = "decline"
    REVISE = "revise"  # the plan of one that is followed
    END = "end"


@dataclass(frozen=True, slots=True)
class TopicDecision:
    """What is said with an act. `begins_on`: from which day on the plan is to show, as 2026-11-29."""

    act: TopicAct
    reason: str = ""
    plan: str = ""
    lead: str = ""
    begins_on: str = ""


_STEPS = {
    TopicAct.ADOPT: (TopicState.PROPOSED, TopicState.ADOPTED),
    TopicAct.DECLINE: (TopicState.PROPOSED, TopicState.DECLINED),
    TopicAct.REVISE: (TopicState.ADOPTED, TopicState.ADOPTED),
    TopicAct.END: (TopicState.ADOPTED, TopicState.ENDED),
}
_NEEDS_PLAN = frozenset({TopicAct.ADOPT, TopicAct.REVISE})


def decide(state: TopicState, said: TopicDecision) -> TopicState:
    """Return the state after an act. Raises TopicRefused: it cannot follow, or something is missing."""
    start, end = _STEPS[said.act]
    if state is not start:
        raise TopicRefused(f"A topic that is {state} cannot be changed like this. Look at it as it is now.")
    if said.act in _NEEDS_PLAN and not (said.plan and said.lead and said.begins_on):
        raise TopicRefused("A topic that is followed has a plan, a department that leads, and a day it begins.")
    if said.act not in _NEEDS_PLAN and not said.reason:
        raise TopicRefused("Say why: the next one who looks at this wants to know.")
    if max(len(said.reason), len(said.plan)) > LONGEST_TEXT:
        raise TopicRefused(f"The text is longer than {LONGEST_TEXT} characters: shorten it.")
    return end
