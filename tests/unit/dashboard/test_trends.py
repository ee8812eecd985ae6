"""Sparklines: gaps stay gaps, and old recordings end where they end."""

from datetime import datetime, timedelta

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard.history import Span, limits
from dashboard.trends import SPAN, STEP, Past, draw_trends, trend_end
from tests.unit.dashboard.samples import NOW


def test_the_day_ends_now_unless_everything_is_older() -> None:
    assert trend_end(None, now=NOW) == NOW
    assert trend_end(NOW - timedelta(hours=23), now=NOW) == NOW
    assert trend_end(NOW - timedelta(days=5000), now=NOW) == NOW - timedelta(days=5000) + STEP


def test_a_step_without_readings_is_empty_and_not_zero(catalogue: Catalogue) -> None:
    frame = pd.DataFrame([("pm25", NOW - STEP, 40.04, 30.0, 50.0)], columns=["metric", "time", "value", "low", "high"])

    trend = draw_trends(Past(NOW, frame, alerts()), catalogue=catalogue)["pm25"]

    assert trend["values"][-2:] == [40.0, ""]
    assert trend["values"].count("") == len(trend["values"]) - 1
    assert trend["start"] == int((NOW - SPAN).timestamp() * 1000)


def alerts(*rows: tuple[str, int, datetime, datetime]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["domain", "severity", "opened_at", "closed_at"])
    return frame.astype({"opened_at": "datetime64[us, UTC]", "closed_at": "datetime64[us, UTC]"})


def test_the_index_of_the_past_counts_what_was_open_then(catalogue: Catalogue) -> None:
    rows = [("gas_lel", NOW - STEP * number, 0.5, 0.1, 50.0 if number == 2 else 1.0) for number in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["metric", "time", "value", "low", "high"])
    past = Past(NOW, frame, alerts(("emergency", 1, NOW - STEP * 2, NOW - STEP)))

    scores = draw_trends(past, catalogue=catalogue)["vital-emergency"]["values"]

    assert scores[-4:] == [100, 100 - 40 - 20, 100, ""]


def test_the_last_recorded_day_ends_at_the_newest_reading() -> None:
    recorded = (NOW - timedelta(days=5000), NOW - timedelta(days=4998))

    start, end = limits(Span.LAST_DAY, recorded=recorded, now=NOW)

    assert start < recorded[1] < end
    assert end - start == timedelta(days=1)
    assert limits(Span.ALL, recorded=recorded, now=NOW)[0] == recorded[0]
    assert limits(Span.HOUR, recorded=recorded, now=NOW) == (NOW - timedelta(hours=1), NOW)
    assert limits(Span.LAST_DAY, recorded=None, now=NOW) == (NOW - timedelta(days=1), NOW)
