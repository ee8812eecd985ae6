"""Retention of readings: what is older, or of a day that was dropped, must not be taken and then vanish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cityops.clock import from_microseconds, microseconds
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")

_DAY = 86_400_000_000  # µs
_ALWAYS = -(2**62)


@dataclass(frozen=True, slots=True)
class KeptTimes:
    """The times of which readings are kept, in microseconds since 1970 UTC.

    `since`: the start of the oldest UTC day that is kept now, which is `at`. `dropped`: starts of UTC days of which
    the readings are gone and the roll-ups stay; half a day would spoil them.
    """

    age: timedelta | None = None
    at: int = 0
    since: int = _ALWAYS
    dropped: frozenset[int] = frozenset()

    def lacks(self, time: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return of which times no reading is kept."""
        gone = time < self.since
        if self.dropped:
            gone |= np.isin(time // _DAY * _DAY, list(self.dropped))
        return gone

    def explain(self, time: int) -> str:
        """Say why a reading of this time is not kept."""
        old = f"{from_microseconds(time).isoformat()} is {(self.at - time) // _DAY} days ago"
        if time < self.since and self.age is not None:
            return f"{old}, and readings are kept for {self.age.days} days (CITYOPS_KEEP_READINGS_DAYS)"
        return f"{old}, and the readings of {from_microseconds(time).date()} have been dropped already"


def kept_since(age: timedelta | None, now: datetime) -> int:
    """Return the start of the oldest UTC day that is kept: days are dropped whole."""
    return _ALWAYS if age is None else microseconds(now - age) // _DAY * _DAY


def dropped_days(tx: Transaction) -> frozenset[int]:
    """Return the starts of the UTC days whose readings were dropped, in microseconds since 1970."""
    return frozenset(microseconds(row["day"]) for row in tx.rows(SQL["dropped_days"]))
