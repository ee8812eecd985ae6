"""Which series there are: what each measures, whose it is, and where that stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Topic = tuple[str, str]  # kind and metric


@dataclass(frozen=True, slots=True)
class Series:
    """One series and its sensor. The place is WGS-84, degrees; `first` says whether it is its sensor's headline."""

    series_id: int
    sensor_id: str
    kind: str
    metric: str
    area: str
    lon: float
    lat: float
    first: bool = False

    @property
    def topic(self) -> Topic:
        """What rules look for."""
        return self.kind, self.metric


@dataclass(slots=True)
class SeriesIndex:
    """All series that are known so far, by number."""

    by_id: dict[int, Series] = field(default_factory=dict)
    known: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def learn(self, series: Iterable[Series]) -> None:
        """Take series in, or bring them up to date."""
        taken = {entry.series_id: entry for entry in series}
        self.by_id.update(taken)
        missing = max(taken, default=-1) + 1 - len(self.known)
        if missing > 0:  # twice the room, so that a city that grows is seldom copied
            self.known = np.concatenate([self.known, np.zeros(max(missing, len(self.known)), dtype=bool)])
        self.known[list(taken)] = True

    def strangers(self, series: NDArray[np.int64]) -> list[int]:
        """Return those of these series that are not known."""
        if not len(series) or (series.max() < len(self.known) and self.known[series].all()):
            return []  # nearly always
        distinct = np.unique(series)
        small = distinct[distinct < len(self.known)]
        return [*small[~self.known[small]].tolist(), *distinct[distinct >= len(self.known)].tolist()]


def by_topic(series: Iterable[Series]) -> dict[Topic, list[Series]]:
    """Return the series of each kind and metric."""
    found: dict[Topic, list[Series]] = {}
    for entry in series:
        found.setdefault(entry.topic, []).append(entry)
    return found
