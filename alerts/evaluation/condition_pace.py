"""How often each condition of time and place is asked for: at its period, seldom where asking takes long. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from alerts.conditions import (
    Aqi,
    Fault,
    Flat,
    LostQueue,
    Missing,
    MissingReports,
    Rainstorm,
    Tpi,
    Unheard,
    WarningInForce,
    Widespread,
    WrongClock,
)

LEAST_REST = 30  # times as long as it took, before a condition is asked for again: of a core, all take a third at most
PERIODS: Mapping[type, timedelta] = {  # how often a condition is worth asking for
    Missing: timedelta(seconds=5),
    WrongClock: timedelta(seconds=5),
    Widespread: timedelta(seconds=5),
    Fault: timedelta(seconds=1),
    Unheard: timedelta(seconds=5),
    LostQueue: timedelta(seconds=2),
    MissingReports: timedelta(seconds=10),
    WarningInForce: timedelta(seconds=5),
    Flat: timedelta(minutes=1),
    Aqi: timedelta(minutes=1),
    Tpi: timedelta(minutes=1),
    Rainstorm: timedelta(minutes=1),
}


class ConditionPace:
    """Remembers when each condition was asked for last, and how long that took."""

    def __init__(self) -> None:
        self._asked_at: dict[type, datetime] = {}
        self._took: dict[type, timedelta] = {}

    def due(self, now: datetime) -> list[type]:
        """Return which conditions are worth asking for again, and note that they are asked for."""
        due = [kind for kind in PERIODS if self._is_due(kind, now)]
        self._asked_at.update(dict.fromkeys(due, now))
        return due

    def ask_again(self, kind: type) -> None:
        """Have a condition be due at once: it has more to say."""
        self._asked_at.pop(kind, None)

    def note(self, kind: type, took: timedelta) -> None:
        """Remember how long it took to ask for a condition."""
        self._took[kind] = took

    def _is_due(self, kind: type, now: datetime) -> bool:
        """Whether its period is over; in a city so large that looking takes long, a longer one."""
        pause = max(PERIODS[kind], LEAST_REST * self._took.get(kind, timedelta(0)))
        return now - self._asked_at.get(kind, now - pause) >= pause
