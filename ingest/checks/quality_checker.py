"""The quality tests of one worker: what each series may do, and its last readings, from batch to batch."""

from dataclasses import fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue
from ingest.checks.quality import Floats, Ints, Judgement, judge, put
from ingest.checks.series_memory import Limits, RecentReadings

Columns = TypeVar("Columns", Limits, RecentReadings)
_ENLARGE = 2  # arrays grow by this factor, so that they seldom do


class QualityChecker:
    """Judges batches; series are indexed by their number in the database."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._limits, self._past = Limits.none(0), RecentReadings.empty(0)

    def know(self, series: int, *, metric: str, kind: str) -> None:
        """Learn what a series measures. It must be known before its readings are judged."""
        size = len(self._limits.low)
        if series >= size:
            more = max(series + 1, size * _ENLARGE) - size
            self._limits = _join(self._limits, Limits.none(more))
            self._past = _join(self._past, RecentReadings.empty(more))
        self._limits.put(series, self._catalogue.metric[metric], self._catalogue.kind[kind])

    def judge(self, series: Ints, time: Ints, value: Floats, tiny: NDArray[np.bool_]) -> Judgement:
        """Judge readings in any order; `time` is the device's, µs since 1970. See ingest.checks.quality.judge."""
        return judge(series, time, value, limits=self._limits, past=self._past, tiny=tiny)

    def keep(self, judgement: Judgement) -> None:
        """Remember a batch that is committed."""
        put(self._past, judgement)


def _join(first: Columns, second: Columns) -> Columns:
    """Put two sets of arrays end to end."""
    pairs = ((getattr(first, column.name), getattr(second, column.name)) for column in fields(first))
    return type(first)(*(np.concatenate(pair) for pair in pairs))
