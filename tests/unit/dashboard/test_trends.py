"""Sparklines: gaps stay gaps, and old recordings end where they end."""

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from cityops.catalogue import Catalogue
from dashboard.city.past.history import HistorySpan, limits
from dashboard.city.vitals.vital_weights import load_weights
from dashboard.live.sparklines.trends import SPAN, STEP, TrendReadings, draw_trends, trend_end
from tests.unit.dashboard.samples import NOW


def test_the_day_ends_now_unless_everything_is_older() -> None:
    assert trend_end(None, now=NOW) == NOW
    assert trend_end(NOW - timedelta(hours=23), now=NOW) == NOW
    assert trend_end(NOW - timedelta(days=5000), now=NOW) == NOW - timedelta(days=5000) + STEP


def test_a_step_without_readings_is_empty_and_not_zero(catalogue: Catalogue) -> None:
    frame = pd.DataFrame([("pm25", NOW - STEP, 40.04, 30.0, 50.0)], columns=["metric", "time", "value", "low", "high"])

    trend = draw(TrendReadings(NOW, frame, alerts()), catalogue)["pm25"]

    assert trend["values"][-2:] == [40.0, ""]
    assert trend["values"].count("") == len(trend["values"]) - 1
    assert trend["start"] == int((NOW - SPAN).timestamp() * 1000)


def test_a_line_goes_as_far_as_the_sensors_report_seldom(catalogue: Catalogue) -> None:
    frame = pd.DataFrame([("pm25", NOW - STEP, 40.0, 30.0, 50.0)], columns=["metric", "time", "value", "low", "high"])

    reach = [
        draw(TrendReadings(NOW, frame, alerts(), {"pm25": interval}), catalogue)["pm25"]["reach"]
        for interval in (timedelta(minutes=1), timedelta(hours=1))
    ]

    assert reach == [1, 12]


def draw(past: TrendReadings, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    return draw_trends(past, sensors={"emergency": 50}, weights=load_weights(catalogue), catalogue=catalogue)


def alerts(*rows: tuple[str, str, str, int, datetime, datetime]) -> pd.DataFrame:
    columns = ["domain", "sensor_id", "rule_id", "severity", "detected_at", "over_at"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.astype({"detected_at": "datetime64[us, UTC]", "over_at": "datetime64[us, UTC]"})


def test_the_index_of_the_past_counts_what_held_then(catalogue: Catalogue) -> None:
    rows = [("gas_lel", NOW - STEP * number, 0.5, 0.1, 1.0) for number in (1, 2, 3)]
    frame = pd.DataFrame(rows, columns=["metric", "time", "value", "low", "high"])
    past = TrendReadings(NOW, frame, alerts(("emergency", "G-1", "gas-emergency", 1, NOW - STEP * 2, NOW - STEP)))

    scores = draw(past, catalogue)["vital-emergency"]["values"]

    assert scores[-4:] == [100, pytest.approx(81, abs=1), 100, ""]  # one red of fifty sensors, a quarter of an hour old


def test_the_last_recorded_day_ends_at_the_newest_reading() -> None:
    recorded = (NOW - timedelta(days=5000), NOW - timedelta(days=4998))

    start, end = limits(HistorySpan.LAST_DAY, recorded=recorded, now=NOW)

    assert start < recorded[1] < end
    assert end - start == timedelta(days=1)
    assert limits(HistorySpan.ALL, recorded=recorded, now=NOW)[0] == recorded[0]
    assert limits(HistorySpan.HOUR, recorded=recorded, now=NOW) == (NOW - timedelta(hours=1), NOW)
    assert limits(HistorySpan.LAST_DAY, recorded=None, now=NOW) == (NOW - timedelta(days=1), NOW)
