"""Whose each of the newest readings is, as numbers in place of names: found once, and used for many pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]


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
        self._found: SeriesPlaces | None = None

    def position_of(self, sensor: str) -> int | None:
        """Return the position of a sensor; None where it is none of these."""
        return self._positions.get(sensor)

    def locate(self, latest: pd.DataFrame) -> SeriesPlaces:
        """Return the places of the newest readings (series_id, sensor_id, metric), in their order."""
        series = latest["series_id"].to_numpy()
        if self._found is None or not np.array_equal(self._found.series, series):
            position = np.array([self._positions.get(sensor, -1) for sensor in latest["sensor_id"]], dtype=np.int64)
            self._found = SeriesPlaces(series, position, pd.Categorical(latest["metric"]))
        return self._found
