"""Whether each service and each timed job shows life within its own due time. Pure.

A heartbeat asks for progress: a service gives one when a round of its work is done, not because a thread still runs.
Its age is by the clock of the database alone, so that no clock that is set makes a dead service look alive.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

INGEST, WATCH, DASHBOARD = "ingest", "watch", "dashboard"
BACKUP = "backup"  # no service: each one says when the next is due
NEVER_DUE = 1e9  # seconds
EXPECTED = (INGEST, WATCH)  # without one of each there is no operations centre
EVERY = 3.0  # seconds between two heartbeats of a service
DUE = 10.0  # seconds after which one that gave none is late: it stands on the wall within 15
LOCK_TIMEOUT = 2.0  # seconds: a program that froze with a lock in its hands keeps nobody else from its heartbeat
CLOCK_BACK = 5.0  # seconds: a heartbeat from further ahead is one from before the database's clock was set back


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life of a service (`ingest`), of one of several workers (`ingest/north`) or of a job (`watch/days`).

    `due` is how many seconds may pass until the next, `ago` how many have passed since the work was done.
    """

    service: str
    due: float = DUE
    ago: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of life of a service. Seconds, by the clock of the database."""

    service: str
    age: float
    due: float
    clock_ahead: float  # how far the service's own clock is ahead
    stopped: bool  # it said itself that it ends
    facts: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The service of a worker or job."""
        return self.service.partition("/")[0]

    @property
    def is_late(self) -> bool:
        """Whether it should have shown life since."""
        return not -CLOCK_BACK <= self.age <= self.due


@dataclass(frozen=True, slots=True)
class Late:
    """A service or job that should show life and does not.

    `age`: seconds since it last did; None: never, or before the clock was set. `stopped`: it was ended by somebody.
    """

    service: str
    age: float | None
    stopped: bool = False


def find_late(heartbeats: Iterable[Heartbeat]) -> list[Late]:
    """Return what is late: a service that was stopped only when none of its kind is left, a job when its service lives.

    In the order of their names.
    """
    known = sorted(heartbeats, key=lambda one: one.service)
    late = [_late(one) for one in known if one.is_late and not one.stopped]
    running = {one.kind for one in known if not one.stopped}
    for kind in EXPECTED:
        if kind not in running:
            stopped = [one for one in known if one.kind == kind]
            late += [_late(min(stopped, key=lambda one: one.age))] if stopped else [Late(kind, None)]
    dead = {one.service for one in late}
    return sorted(
        (one for one in late if one.service.partition("/")[0] not in dead - {one.service}), key=lambda one: one.service
    )


def longest_lag(heartbeats: Iterable[Heartbeat]) -> float:
    """Return how many seconds a message takes from the broker's hands to its commit, with the slowest worker there is.

    What waits at the broker is counted, as far as ingest can tell. A worker that is gone says nothing of now.
    """
    lags = (float(one.facts.get("lag_seconds", 0.0)) for one in heartbeats if not one.stopped and not one.is_late)
    return max(lags, default=0.0)


def _late(one: Heartbeat) -> Late:
    return Late(one.service, one.age if one.age >= 0 else None, one.stopped)


def describe_late(late: Iterable[Late]) -> str:
    """Return what is late in one line of English, for alerts, the log and probes."""
    return "; ".join(f"{one.service}: {_describe(one)}" for one in late)


def _describe(one: Late) -> str:
    if one.age is None:
        return "no sign of life"
    return f"{'stopped' if one.stopped else 'no sign of life since'} {one.age:.0f} s ago"
