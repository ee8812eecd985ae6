"""Zeros that measure nothing: a detector that saw no vehicle reports a speed of 0, and that is no jam. Pure."""

from dataclasses import replace

import numpy as np

from alerts.detection.readings import Readings
from alerts.detection.series_index import SeriesIndex
from cityops.catalogue import Catalogue


def drop_empty_zeros(readings: Readings, roster: SeriesIndex, catalogue: Catalogue) -> Readings:
    """Return the readings with NaN for each 0 that needs a companion (`Metric.zero_needs`) and has none.

    A companion is a value above 0 of the same sensor and time: a queue that stands has speed 0 and occupies the
    road. NaN never raises, and ends what held: where nothing was, nothing is jammed.
    """
    zero = np.flatnonzero(readings.value == 0)
    suspects = [row for row in zero.tolist() if _needs(readings, row, roster, catalogue)]
    if not suspects:
        return readings
    present = _present(readings, roster)
    value = readings.value.copy()
    for row in suspects:
        series, time = roster.by_id[int(readings.series[row])], int(readings.time[row])
        if not any(
            (series.sensor_id, metric, time) in present for metric in catalogue.metric[series.metric].zero_needs
        ):
            value[row] = np.nan
    return replace(readings, value=value)


def _needs(readings: Readings, row: int, roster: SeriesIndex, catalogue: Catalogue) -> bool:
    series = roster.by_id.get(int(readings.series[row]))
    metric = catalogue.metric.get(series.metric) if series else None
    return metric is not None and bool(metric.zero_needs)


def _present(readings: Readings, roster: SeriesIndex) -> set[tuple[str, str, int]]:
    """Return (sensor, metric, time) of the values above 0."""
    rows = np.flatnonzero(readings.value > 0)
    found = zip(readings.series[rows].tolist(), readings.time[rows].tolist(), strict=True)
    known = ((roster.by_id.get(series), time) for series, time in found)
    return {(series.sensor_id, series.metric, time) for series, time in known if series is not None}
