"""What a batch's messages hold once they are checked, side by side."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.detect import Sample
from cityops.clock import from_microseconds
from cityops.readings import Quality
from ingest.ledger import Reports
from ingest.quality import Floats, Ints, Judgement


@dataclass(slots=True)
class Gathered:
    """Readings and reports in order of arrival. A tuple a row: appending it is the cheapest way to gather."""

    rows: list[tuple[int, int, float]] = field(default_factory=list)  # time (µs since 1970), series, value
    watched: list[tuple[int, str, str]] = field(default_factory=list)  # row, kind and metric: what rules look at
    reports: list[tuple[int, int, int, int, int]] = field(default_factory=list)  # see ledger.Reports, up to received

    def columns(self) -> tuple[Ints, Ints, Floats]:
        """Return the readings as time, series and value."""
        time, series, value = zip(*self.rows, strict=True) if self.rows else ((), (), ())
        return np.array(time, np.int64), np.array(series, np.int64), np.array(value, np.float64)

    def samples(self, judgement: Judgement) -> list[Sample]:
        """Return the watched readings with their quality, as detection sees them."""
        found = []
        for row, kind, metric in self.watched:
            time, series, value = self.rows[row]
            quality = Quality(judgement.quality[row])
            found.append(Sample(series, kind, metric, from_microseconds(time), value, quality))
        return found

    def counted(self, new: NDArray[np.bool_]) -> Reports:
        """Return the reports; `new` says of each reading whether it was stored."""
        device, time, arrival, seq, received = np.array(self.reports, np.int64).reshape(-1, 5).T
        starts = np.cumsum(received) - received
        stored = np.add.reduceat(new.astype(np.int64), starts) if len(starts) else received
        return Reports(device, time, arrival, seq, received, stored)
