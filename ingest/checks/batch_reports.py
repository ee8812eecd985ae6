"""The reports of a batch in order of arrival, side by side in columns. Pure."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cityops.storage.devices.ledger import Ints


@dataclass(frozen=True, slots=True)
class BatchReports:
    """The reports of a batch in order of arrival, one entry a report. Times are microseconds since 1970, UTC."""

    device: Ints  # a number from LedgerTracker.number()
    time: Ints  # event time
    arrival: Ints
    seq: Ints  # messages.NO_SEQ where the device gave none
    received: Ints  # how many readings it holds
    stored: Ints  # how many of them were new
    retained: NDArray[np.bool_]  # the broker kept it, and repeats it
    stamp: Ints  # the device's own time

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Whether a report is a sign of life: it is not what a broker repeats, flagged as such or known already."""
        return (self.stored > 0) & ~self.retained

    @property
    def resent(self) -> NDArray[np.bool_]:
        """Whether every reading of a report was there already; one without a reading tells nothing."""
        return np.asarray((self.stored == 0) & (self.received > 0))

    def counted(self, new: NDArray[np.bool_], shift: Ints) -> "BatchReports":
        """Return the reports with their times `shift` later; `new` says of each reading whether it was stored."""
        before = np.concatenate([[0], np.cumsum(new)])
        ends = np.cumsum(self.received)
        stored = before[ends] - before[ends - self.received]
        return replace(self, time=self.time + shift, stored=stored)
