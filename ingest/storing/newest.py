"""When `latest` is refreshed: for the series that changed, as soon as the refreshing before took little of the time.

A quiet city is on the screens at once; in a flood the refreshing waits up to a second, so that storing goes on.

A worker that is killed owes the last refresh; `repair_latest` makes it good at the next start. That looks only
at series that `latest` has, so a series that this worker has not refreshed yet never waits.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cityops.storage import Transaction
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.table import refresh_latest

Ints = NDArray[np.int64]

SOONEST = 0.08  # seconds from one refresh to the next, at least
LATEST = 1.0  # and at most
SHARE = 0.1  # of the time: what refreshing takes at most, as long as LATEST allows it
_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a transaction writes into `latest`, and what is left for a later one; keep() it when committed."""

    written: Columns
    waiting: Columns
    at: datetime | None
    rest: float  # seconds until the next one


class Newest:
    """The newest reading of each series that `latest` does not have yet. One a worker."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` (seconds) tells how long a refresh takes."""
        self._clock = clock
        self._waiting = Columns.none()
        self._known: set[int] = set()  # series that `latest` has for certain
        self._refreshed_at: datetime | None = None
        self._rest = SOONEST

    @property
    def is_waiting(self) -> bool:
        """Whether `latest` is behind."""
        return len(self._waiting) > 0

    def refresh(
        self, tx: Transaction, added: Columns, now: datetime, *, at_once: bool = False, urgent: Ints = _NONE
    ) -> Refresh:
        """Refresh `latest` after readings were added, as far as it is time to, or all of it at once.

        The times are event times. `urgent` series never wait: of those only `latest` says how far they were judged.
        """
        newest = (self._waiting + added).newest()
        if at_once or self._is_time(now):
            begun = self._clock()
            refresh_latest(tx, newest, now)
            rest = min(LATEST, max(SOONEST, (self._clock() - begun) / SHARE))
            return Refresh(newest, Columns.none(), now, rest)
        known = np.fromiter((series in self._known for series in newest.series.tolist()), bool, len(newest))
        known &= ~np.isin(newest.series, urgent)
        refresh_latest(tx, newest.pick(~known), now)
        return Refresh(newest.pick(~known), newest.pick(known), self._refreshed_at, self._rest)

    def keep(self, refresh: Refresh) -> None:
        """Remember a refresh that is committed."""
        self._waiting, self._refreshed_at, self._rest = refresh.waiting, refresh.at, refresh.rest
        self._known.update(refresh.written.series.tolist())

    def _is_time(self, now: datetime) -> bool:
        # A clock that was set back must not stop the refreshing.
        return self._refreshed_at is None or abs((now - self._refreshed_at).total_seconds()) >= self._rest
