"""Which readings of a series a line may join, and which stand alone: the one home of what a gap in a chart is. Pure."""

from datetime import timedelta

import pandas as pd

from cityops.devices.presence import LATE_AFTER

NEIGHBOURS = 1.5  # steps: the buckets of a roll-up that follow one another
FEW = 48  # readings: so few are drawn one by one, beside their line


def longest_gap(interval: timedelta, step: timedelta = timedelta(0)) -> timedelta:
    """Return how far apart two readings may lie that a line joins.

    `interval`: how often the series reports, by its kind or as its device has taught us; what is older than
    LATE_AFTER of them is stale everywhere else too. `step`: the width of the buckets, zero where each row is a reading.
    """
    return max(LATE_AFTER * interval, NEIGHBOURS * step)


def break_at_gaps(history: pd.DataFrame, *, gap: timedelta) -> pd.DataFrame:
    """Put an empty row into every gap that is too long, so that no line is drawn across it."""
    far = history["time"].diff() > gap
    if not far.any():
        return history
    breaks = pd.DataFrame({"time": history.loc[far, "time"] - timedelta(milliseconds=1), "value": float("nan")})
    return pd.concat([history, breaks]).sort_values("time", kind="stable")


def lonely(history: pd.DataFrame, *, gap: timedelta) -> pd.DataFrame:
    """Return the readings with a gap on both sides, which no line reaches."""
    known = history.dropna(subset=["value"])
    apart = ~(known["time"].diff() <= gap)  # the first has nothing before it
    return known[apart & apart.shift(-1, fill_value=True)]


def drawn_as_points(history: pd.DataFrame, *, gap: timedelta) -> pd.DataFrame:
    """Return the readings of one sensor that are drawn one by one: the lonely ones, and all where they are few."""
    return history if len(history) <= FEW else lonely(history, gap=gap)
