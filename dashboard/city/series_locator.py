"""Whose each of the newest readings is, as numbers in place of names: found once, and used for many pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_UNKNOWN = -2


@dataclass(frozen=True, slots=True)
class SeriesPlaces:
    """Of each series: the position of its sensor among those of a registry (-1: none of these), and its metric."""

    series: Ints
    position: Ints
    metric: pd.Categorical


class SeriesLocator:
    """Knows the sensors of a registry in their order. Which sensor and metric a series is of never changes."""

    def __init__(self, sensors: Iterable[str]) -> None:
        self._positions = {sensor: position for position, sensor in enumerate(sensors)}
        # By the number of the series: the position of its sensor, and of its metric among the metrics; UNKNOWN before.
        self._sensor_of: Ints = np.full(0, _UNKNOWN)
        self._metric_of: Ints = np.full(0, _UNKNOWN)
        self._metrics: dict[str, int] = {}
        self._found: SeriesPlaces | None = None

    def position_of(self, sensor: str) -> int | None:
        """Return the position of a sensor; None where it is none of these."""
        return self._positions.get(sensor)

    def locate(self, latest: pd.DataFrame) -> SeriesPlaces:
        """Return the places of the newest readings (series_id, sensor_id, metric), in their order.

        Only series that are new are looked up: a city that begins has others at each beat.
        """
        series = latest["series_id"].to_numpy(dtype=np.int64)
        if self._found is None or not np.array_equal(self._found.series, series):
            self._learn(latest, series)
            metric = pd.Categorical.from_codes(self._metric_of[series], pd.Index(list(self._metrics), dtype="str"))
            self._found = SeriesPlaces(series, self._sensor_of[series], metric)
        return self._found

    def _learn(self, latest: pd.DataFrame, series: Ints) -> None:
        missing = int(series.max(initial=-1)) + 1 - len(self._sensor_of)
        if missing > 0:
            self._sensor_of, self._metric_of = (
                np.append(known, np.full(missing, _UNKNOWN)) for known in (self._sensor_of, self._metric_of)
            )
        is_new = self._sensor_of[series] == _UNKNOWN
        new = latest[is_new]
        self._sensor_of[series[is_new]] = [self._positions.get(sensor, -1) for sensor in new["sensor_id"]]
        self._metric_of[series[is_new]] = [self._metrics.setdefault(name, len(self._metrics)) for name in new["metric"]]
