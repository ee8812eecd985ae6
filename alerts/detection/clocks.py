"""Judges the clocks of devices, by what ingest learned of them. Pure."""

from collections.abc import Iterable

from alerts.conditions import WrongClock
from alerts.detection.timed import TimedResult, TimedSeries
from cityops.clock import TELL_OF_US


def common_skew(median: float | None, clocks: int) -> float:
    """Return what the whole city is off by (s), from the median skew of so many clocks.

    What half of a city is off by is not the devices' fault but ours, or that of the way: it does not count.
    """
    return median if median is not None and clocks >= TELL_OF_US else 0.0


def wrong(when: WrongClock, clocks: Iterable[tuple[TimedSeries, float]], *, common: float) -> TimedResult:
    """Judge the skew of each device's clock (arrival minus its own time, s), beyond what all have in common."""
    sight = TimedResult()
    for place, skew in clocks:
        off = abs(skew - common)
        sight.values[place.series_id] = off
        if off >= when.seconds:
            side = "behind" if skew > common else "ahead"
            sight.holding[place.series_id] = f"the clock of {place.sensor_id} is {off:.0f} s {side}"
        elif off < when.clear:
            sight.clearing.add(place.series_id)
    return sight
