"""The QARTOD tests on a batch of readings: gross range, spike, rate of change, flat line, gap. Pure.

A reading is compared with the two before it of its series, in device time. It fails the spike test or the
rate test only when it is far from both: so the reading after a spike is good again, and after a true step
only the first reading is suspect. A late reading, or one after a gap, is compared with nothing.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cityops.devices.presence import LATE_AFTER
from cityops.readings import Quality
from ingest.checks.series_memory import MINUTE, NEVER, Limits, RecentReadings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.int16]
Number = TypeVar("Number", np.int64, np.float64)

GAP = LATE_AFTER  # report intervals of the kind
_WINDOW = 2 * GAP  # intervals: how far back the second reading may be


class Failed(IntFlag):
    """Which tests a reading failed. A gap says something of what is missing, not of the reading."""

    NONE = 0
    RANGE = 1
    SPIKE = 2
    STEP = 4
    FLAT = 8
    GAP = 16
    NOISE = 32  # about zero, where the instrument's noise is, or smaller than anything is measured


_SUSPECT = Failed.SPIKE | Failed.STEP | Failed.FLAT | Failed.NOISE


@dataclass(frozen=True, slots=True)
class Judgement:
    """`quality` (QARTOD) and `failed` (bits of Failed) of each reading; and what to put() into the past.

    `past` has one entry for each series in `series`.
    """

    quality: Flags
    failed: Flags
    series: Ints
    past: RecentReadings


def judge(
    series: Ints,
    time: Ints,
    value: Floats,
    *,
    limits: Limits,
    past: RecentReadings,
    tiny: NDArray[np.bool_] | None = None,
) -> Judgement:
    """Judge readings in any order; `time` is the device's, µs since 1970. `series` indexes limits and past.

    `tiny` tells which values were too small to be true, see ingest.checks.numbers.
    """
    below = value < limits.low[series]
    noise = below & (value >= limits.noise[series])
    failed = np.where((below & ~noise) | (value > limits.high[series]), Failed.RANGE, 0).astype(np.int16)
    failed[noise if tiny is None else noise | tiny] |= Failed.NOISE
    order = np.lexsort((time, series))
    order = order[_comes_next(series[order], time[order], past)]
    moved, after = _follow(series[order], time[order], value[order], limits=limits, past=past)
    failed[order] |= moved
    quality = np.full(len(series), Quality.GOOD, dtype=np.int16)
    quality[(failed & _SUSPECT) != 0] = Quality.SUSPECT
    quality[(failed & Failed.RANGE) != 0] = Quality.BAD  # bad beats suspect
    last = _is_last(series[order])
    return Judgement(quality, failed, series[order][last], after)


def put(past: RecentReadings, judgement: Judgement) -> None:
    """Remember a batch. Call it when the batch is committed: one that is tried again must be judged the same."""
    for name in ("time", "value", "time2", "value2", "since"):
        getattr(past, name)[judgement.series] = getattr(judgement.past, name)


def count_failed(judgement: Judgement) -> dict[str, int]:
    """Return how many readings failed each test, by its name in small letters."""
    tests = [test for test in Failed if test]
    return {str(test.name).lower(): int(((judgement.failed & test) != 0).sum()) for test in tests}


def _comes_next(series: Ints, time: Ints, past: RecentReadings) -> NDArray[np.bool_]:
    """Whether a reading, sorted by series and time, is newer than all before it: neither late nor a copy."""
    copy = np.zeros(len(series), dtype=bool)
    copy[1:] = (series[1:] == series[:-1]) & (time[1:] == time[:-1])
    return np.asarray(~copy & (time > past.time[series]))


def _follow(
    series: Ints, time: Ints, value: Floats, *, limits: Limits, past: RecentReadings
) -> tuple[Flags, RecentReadings]:
    """Compare sorted readings with those before them; return what failed, and the past after them."""
    first = np.ones(len(series), dtype=bool)
    first[1:] = series[1:] != series[:-1]
    time1, value1 = _shift(time, past.time[series], first), _shift(value, past.value[series], first)
    time2, value2 = _shift(time1, past.time2[series], first), _shift(value1, past.value2[series], first)
    interval = limits.interval[series]
    near1, near2 = time - time1 <= GAP * interval, time - time2 <= _WINDOW * interval
    far1 = np.where(near1, np.abs(value - value1), np.nan)
    far2 = np.where(near1 & near2, np.abs(value - value2), np.nan)
    # Within a minute the change of a whole minute is allowed: noise does not shrink with the interval.
    rate1 = far1 / np.maximum((time - time1) / MINUTE, 1)
    rate2 = far2 / np.maximum((time - time2) / MINUTE, 1)
    stuck = (value == value1) & (value > limits.floor[series])  # air without ozone stays so all night
    since = _unmoved_since(time, near1 & stuck, past.since[series], first)
    failed = (
        np.where(np.fmin(far1, far2) > limits.spike[series], Failed.SPIKE, 0)
        | np.where(np.fmin(rate1, rate2) > limits.step[series], Failed.STEP, 0)
        | np.where(time - since >= limits.flat[series], Failed.FLAT, 0)
        | np.where(~near1 & (time1 > NEVER), Failed.GAP, 0)
    ).astype(np.int16)
    last = _is_last(series)
    return failed, RecentReadings(time[last], value[last], time1[last], value1[last], since[last])


def _shift(column: NDArray[Number], before: NDArray[Number], first: NDArray[np.bool_]) -> NDArray[Number]:
    """Move a column one down; the first of each series gets what was before the batch."""
    moved = np.empty_like(column)
    moved[1:] = column[:-1]
    moved[first] = before[first]
    return moved


def _unmoved_since(time: Ints, same: NDArray[np.bool_], before: Ints, first: NDArray[np.bool_]) -> Ints:
    """Return for each reading the time of the first one of its run of equal values."""
    begins = np.where(same & first, before, time)
    position = np.where(same & ~first, 0, np.arange(len(time)))
    return np.asarray(begins[np.maximum.accumulate(position)])


def _is_last(series: Ints) -> NDArray[np.bool_]:
    last = np.ones(len(series), dtype=bool)
    last[:-1] = series[1:] != series[:-1]
    return last
