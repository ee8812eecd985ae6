"""The life of an alert: the ISA-18.2 states and the one table of transitions (standards, 5.1).

A state is two independent facts: does the condition hold, and has a person acknowledged it.
"""

from enum import StrEnum


class State(StrEnum):
    """Where an alert stands."""

    NORM = "NORM"  # no condition, nothing to acknowledge: closed
    UNACK = "UNACK"  # the condition holds, nobody has it
    ACKED = "ACKED"  # the condition holds, somebody has it
    RTNUN = "RTNUN"  # the condition is gone, nobody had it


class Event(StrEnum):
    """What moves an alert."""

    RAISE = "raise"  # the condition came true
    CLEAR = "clear"  # the condition ended
    ACKNOWLEDGE = "acknowledge"  # a person took it


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.NORM, Event.RAISE): State.UNACK,
    (State.UNACK, Event.ACKNOWLEDGE): State.ACKED,
    (State.UNACK, Event.CLEAR): State.RTNUN,
    (State.ACKED, Event.CLEAR): State.NORM,
    (State.RTNUN, Event.ACKNOWLEDGE): State.NORM,
    (State.RTNUN, Event.RAISE): State.UNACK,
}


def state_of(*, active: bool, acknowledged: bool) -> State:
    """Name the state of an alert from its two facts."""
    if active:
        return State.ACKED if acknowledged else State.UNACK
    return State.NORM if acknowledged else State.RTNUN
