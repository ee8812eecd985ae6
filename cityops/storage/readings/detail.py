"""How fine an answer about the past is: which relation a span is read from, and in which steps. Pure."""

from datetime import timedelta
from enum import StrEnum

MAX_POINTS = 2000  # a series; more than a screen has columns
_FINE = timedelta(hours=3)  # many series at once are read in minutes up to here
_LONG = timedelta(days=14)  # and all series of the city in hours up to here


class Detail(StrEnum):
    """How fine an answer is: the relation it comes from."""

    RAW = "reading"
    MINUTES = "reading_1m"
    HOURS = "reading_1h"
    DAYS = "reading_1d"


STEPS = {
    Detail.MINUTES: timedelta(minutes=1),
    Detail.HOURS: timedelta(hours=1),
    Detail.DAYS: timedelta(days=1),
}


def choose_detail(span: timedelta, interval: timedelta) -> tuple[Detail, timedelta]:
    """Return the finest detail, and its step, that gives a series of this interval at most MAX_POINTS points."""
    if span <= interval * MAX_POINTS:
        return Detail.RAW, timedelta(0)
    return _choose_step(span)


def completeness_detail(span: timedelta) -> Detail:
    """Return from which roll-up `completeness` counts a span."""
    return Detail.MINUTES if span <= _FINE else Detail.HOURS if span <= _LONG else Detail.DAYS


def _choose_step(span: timedelta) -> tuple[Detail, timedelta]:
    for detail, step in STEPS.items():
        if span <= step * MAX_POINTS:
            return detail, step
    day = STEPS[Detail.DAYS]
    return Detail.DAYS, day * -(-span // (day * MAX_POINTS))


def coarser(detail: Detail) -> tuple[Detail, timedelta]:
    """Return the next coarser detail, and its step."""
    following = list(Detail)[list(Detail).index(detail) + 1]
    return following, STEPS[following]


def area_detail(span: timedelta, step: timedelta | None) -> tuple[Detail, timedelta]:
    """Return where to read a step from. Many series are read at once, so hours come sooner than for one."""
    if step is None:
        return (Detail.MINUTES, STEPS[Detail.MINUTES]) if span <= _FINE else _choose_step(max(span, _FINE * 24))
    fitting = [detail for detail, width in STEPS.items() if step % width == timedelta(0)]
    if step <= timedelta(0) or not fitting:
        raise ValueError(f"a step of {step} is not a whole number of minutes")
    return fitting[-1], step
