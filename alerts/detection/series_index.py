"""Which series there are: what each measures, whose it is, and where that stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


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
    def topic(self) -> tuple[str, str]:
        """What rules look for."""
        return self.kind, self.metric


@dataclass(slots=True)
class SeriesIndex:
    """All series that are known so far, by number."""

    by_id: dict[int, Series] = field(default_factory=dict)
    known: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def learn(self, series: Iterable[Series]) -> None:
        """Take series in, or bring them up to date."""
        self.by_id.update((entry.series_id, entry) for entry in series)
        self.known = np.zeros(max(self.by_id, default=-1) + 1, dtype=bool)
        self.known[list(self.by_id)] = True

    def strangers(self, series: NDArray[np.int64]) -> list[int]:
        """Return those of these series that are not known."""
        if not len(series) or (series.max() < len(self.known) and self.known[series].all()):
            return []  # nearly always
        distinct = np.unique(series)
        small = distinct[distinct < len(self.known)]
        return [*small[~self.known[small]].tolist(), *distinct[distinct >= len(self.known)].tolist()]

    def topics(self) -> Mapping[tuple[str, str], list[Series]]:
        """Return the series of each (kind, metric)."""
        found: dict[tuple[str, str], list[Series]] = {}
        for entry in self.by_id.values():
            found.setdefault(entry.topic, []).append(entry)
        return found
