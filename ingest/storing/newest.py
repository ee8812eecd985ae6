"""When `latest` is refreshed: once a second, for the series that changed, and not with every batch.

A worker that is killed owes the last refresh; `repair_latest` makes it good at the next start. That looks only
at series that `latest` has, so a series that this worker has not refreshed yet never waits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cityops.storage import Transaction
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.table import refresh_latest

Ints = NDArray[np.int64]

EVERY = timedelta(seconds=1)
_NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a transaction writes into `latest`, and what is left for a later one; keep() it when committed."""

    written: Columns
    waiting: Columns
    at: datetime | None


class Newest:
    """The newest reading of each series that `latest` does not have yet. One a worker."""

    def __init__(self) -> None:
        self._waiting = Columns.none()
        self._known: set[int] = set()  # series that `latest` has for certain
        self._refreshed_at: datetime | None = None

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
            refresh = Refresh(newest, Columns.none(), now)
        else:
            known = np.fromiter((series in self._known for series in newest.series.tolist()), bool, len(newest))
            known &= ~np.isin(newest.series, urgent)
            refresh = Refresh(newest.pick(~known), newest.pick(known), self._refreshed_at)
        refresh_latest(tx, refresh.written, now)
        return refresh

    def keep(self, refresh: Refresh) -> None:
        """Remember a refresh that is committed."""
        self._waiting, self._refreshed_at = refresh.waiting, refresh.at
        self._known.update(refresh.written.series.tolist())

    def _is_time(self, now: datetime) -> bool:
        # A clock that was set back must not stop the refreshing.
        return self._refreshed_at is None or abs(now - self._refreshed_at) >= EVERY
