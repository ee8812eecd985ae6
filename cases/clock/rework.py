"""What rework (返工) does to the clock: by default nothing; a city may give each round the whole limit again."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from cases.clock.deadline import ClockInputs
from cases.clock.limits import Limit


class ReworkPolicy(StrEnum):
    """How a city counts a new round."""

    SAME_DUE = "same_due"  # work that was badly done gains no time
    NEW_LIMIT = "new_limit"


def after_rework(inputs: ClockInputs, policy: ReworkPolicy, *, at: datetime, limit: Limit | None = None) -> ClockInputs:
    """Return the inputs of the next round, which begins at `at`. `limit` is another than the case's, if it has one."""
    if policy is ReworkPolicy.SAME_DUE:
        return inputs
    return replace(inputs, start=at, limit=limit or inputs.limit, extensions=(), pauses=())
