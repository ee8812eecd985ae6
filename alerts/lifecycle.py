"""The life of an alert: the ISA-18.2 states and the one table of transitions. Pure.

See docs/reference/standards.md#alarm-states.

A state is four independent facts: does the condition hold, has a person acknowledged it, must a person reset
it, and is it kept from the room. While an alert is suppressed its condition is followed all the same.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from alerts.errors import NotAllowed


class AlertState(StrEnum):
    """Where an alert stands."""

    NORM = "NORM"  # no condition, nothing to acknowledge: closed
    UNACK = "UNACK"  # the condition holds, nobody has it
    ACKED = "ACKED"  # the condition holds, somebody has it
    RTNUN = "RTNUN"  # the condition is gone, nobody had it
    LTUNK = "LTUNK"  # latched: the condition is gone, nobody had it
    LTACK = "LTACK"  # latched: the condition is gone, somebody had it; waits for its reset
    SHLVD = "SHLVD"  # put aside by a person until a set time
    DSUPR = "DSUPR"  # suppressed by design: it says nothing in the present situation
    OOSRV = "OOSRV"  # out of service: its sensor is being worked on


class Suppression(StrEnum):
    """Why an alert is kept from the room."""

    NONE = "none"
    SHELVED = "shelved"
    BY_DESIGN = "by_design"
    OUT_OF_SERVICE = "out_of_service"


class Event(StrEnum):
    """What moves an alert."""

    RAISE = "raise"  # the condition came true
    CLEAR = "clear"  # the condition ended
    ACKNOWLEDGE = "acknowledge"  # a person took it
    LAPSE = "lapse"  # nobody acted on what was taken: it is nobody's again
    RESET = "reset"  # a person released the latch
    SHELVE = "shelve"
    UNSHELVE = "unshelve"  # by a person, or because the time is over
    SUPPRESS = "suppress"
    UNSUPPRESS = "unsuppress"
    OUT_OF_SERVICE = "out_of_service"
    RETURN = "return_to_service"
    CLOSE = "close"  # a person ended it: its condition is gone, or nobody can know any more


_SUPPRESSED = {Suppression.SHELVED: AlertState.SHLVD, Suppression.BY_DESIGN: AlertState.DSUPR}
_SUPPRESSED[Suppression.OUT_OF_SERVICE] = AlertState.OOSRV


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """The four facts of an alert."""

    active: bool = False
    acknowledged: bool = True
    latched: bool = False
    suppression: Suppression = Suppression.NONE

    @property
    def state(self) -> AlertState:
        """Name the state; what is suppressed is named after that alone."""
        if self.suppression is not Suppression.NONE:
            return _SUPPRESSED[self.suppression]
        if self.active:
            return AlertState.ACKED if self.acknowledged else AlertState.UNACK
        if self.latched:
            return AlertState.LTACK if self.acknowledged else AlertState.LTUNK
        return AlertState.NORM if self.acknowledged else AlertState.RTNUN


@dataclass(frozen=True, slots=True)
class Move:
    """From which states an event is possible, and what it makes of the facts."""

    start: frozenset[AlertState]
    facts: dict[str, Any]


ANNUNCIATED = frozenset({AlertState.UNACK, AlertState.ACKED, AlertState.RTNUN, AlertState.LTUNK, AlertState.LTACK})
SUPPRESSED = frozenset(_SUPPRESSED.values())
_UNSUPPRESSED = ANNUNCIATED | {AlertState.NORM}

# Out of service outranks suppression by design, which outranks a shelf: a lower one never replaces a higher.
TRANSITIONS: dict[Event, Move] = {
    Event.RAISE: Move(
        frozenset(AlertState) - {AlertState.UNACK},
        {"active": True, "acknowledged": False},
    ),
    Event.CLEAR: Move(frozenset({AlertState.UNACK, AlertState.ACKED}) | SUPPRESSED, {"active": False}),
    Event.ACKNOWLEDGE: Move(frozenset({AlertState.UNACK, AlertState.RTNUN, AlertState.LTUNK}), {"acknowledged": True}),
    Event.LAPSE: Move(frozenset({AlertState.ACKED}), {"acknowledged": False}),
    Event.RESET: Move(frozenset({AlertState.LTACK}), {"latched": False}),
    Event.SHELVE: Move(_UNSUPPRESSED, {"suppression": Suppression.SHELVED}),
    Event.SUPPRESS: Move(_UNSUPPRESSED | {AlertState.SHLVD}, {"suppression": Suppression.BY_DESIGN}),
    Event.OUT_OF_SERVICE: Move(
        _UNSUPPRESSED | {AlertState.SHLVD, AlertState.DSUPR}, {"suppression": Suppression.OUT_OF_SERVICE}
    ),
    Event.UNSHELVE: Move(frozenset({AlertState.SHLVD}), {"suppression": Suppression.NONE}),
    Event.UNSUPPRESS: Move(frozenset({AlertState.DSUPR}), {"suppression": Suppression.NONE}),
    Event.RETURN: Move(frozenset({AlertState.OOSRV}), {"suppression": Suppression.NONE}),
    Event.CLOSE: Move(ANNUNCIATED, {"active": False, "acknowledged": True, "latched": False}),
}
_RETURNING = frozenset({Event.UNSHELVE, Event.UNSUPPRESS, Event.RETURN})


def follow(standing: AlertFacts, event: Event, *, latching: bool = False) -> AlertFacts:
    """Return the facts after an event. `latching`: the rule wants a person to reset what it raises.

    Raises NotAllowed when the event is not possible in this state.
    """
    move = TRANSITIONS[event]
    if standing.state not in move.start:
        raise NotAllowed(f"An alert that is {standing.state} cannot take “{event}”. Look at it again, then act.")
    following = replace(standing, **move.facts)
    if event is Event.RAISE:
        return replace(following, latched=standing.latched or latching)
    if event in _RETURNING:
        # What still holds is news again; so is a latch, which only its reset may release.
        return replace(following, acknowledged=not following.active and not following.latched)
    return following
