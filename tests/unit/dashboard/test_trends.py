"""Sparklines: gaps stay gaps, and old recordings end where they end."""

from datetime import timedelta

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard.history import Span, limits
from dashboard.trends import SPAN, STEP, draw_trends, trend_end
from tests.unit.dashboard.samples import NOW


def test_the_day_ends_now_unless_everything_is_older() -> None:
    assert trend_end(None, now=NOW) == NOW
    assert trend_end(NOW - timedelta(hours=23), now=NOW) == NOW
    assert trend_end(NOW - timedelta(days=5000), now=NOW) == NOW - timedelta(days=5000) + STEP


def test_a_step_without_readings_is_empty_and_not_zero(catalogue: Catalogue) -> None:
    frame = pd.DataFrame([("pm25", NOW - STEP, 40.04, 30.0, 50.0)], columns=["metric", "time", "value", "low", "high"])

    trend = draw_trends(frame, end=NOW, catalogue=catalogue)["pm25"]

    assert trend["values"][-2:] == [40.0, ""]
    assert trend["values"].count("") == len(trend["values"]) - 1
    assert trend["start"] == int((NOW - SPAN).timestamp() * 1000)


def test_the_last_recorded_day_ends_at_the_newest_reading() -> None:
    recorded = (NOW - timedelta(days=5000), NOW - timedelta(days=4998))

    start, end = limits(Span.LAST_DAY, recorded=recorded, now=NOW)

    assert start < recorded[1] < end
    assert end - start == timedelta(days=1)
    assert limits(Span.ALL, recorded=recorded, now=NOW)[0] == recorded[0]
    assert limits(Span.HOUR, recorded=recorded, now=NOW) == (NOW - timedelta(hours=1), NOW)
    assert limits(Span.LAST_DAY, recorded=None, now=NOW) == (NOW - timedelta(days=1), NOW)
