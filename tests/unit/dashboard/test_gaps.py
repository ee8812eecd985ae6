"""What a line may join, and what is a point."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard.city.past.gaps import FEW, break_at_gaps, drawn_as_points, lonely, longest_gap
from dashboard.pages.domain.charts import figures
from dashboard.ui.charts import history_chart
from tests.unit.dashboard.domain import frames
from tests.unit.dashboard.test_figures import history

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DENSE = [(float(minute), 1.0, 1) for minute in range(FEW + 1)]


def test_a_line_joins_what_is_at_most_three_intervals_apart_or_in_the_next_step() -> None:
    assert longest_gap(HOUR) == 3 * HOUR
    assert longest_gap(DAY) >= DAY
    assert longest_gap(MINUTE, 10 * MINUTE) == 15 * MINUTE  # one bucket may not be missing
    assert longest_gap(HOUR, 10 * MINUTE) == 3 * HOUR


def test_no_line_is_drawn_across_a_gap() -> None:
    broken = break_at_gaps(history((0, 1, 1), (5, 2, 1), (20, 3, 1)), gap=5 * MINUTE)

    assert [None if pd.isna(value) else value for value in broken["value"]] == [1, 2, None, 3]


def test_a_reading_with_gaps_on_both_sides_is_a_point() -> None:
    readings = history((0, 1, 1), (60, 2, 1), (61, 3, 1), (62, 4, 1), (120, 5, 1), (180, 6, 1), (181, 7, 1))

    assert lonely(readings, gap=5 * MINUTE)["value"].tolist() == [1, 5]
    assert lonely(break_at_gaps(readings, gap=5 * MINUTE), gap=5 * MINUTE)["value"].tolist() == [1, 5]
    assert lonely(readings, gap=HOUR)["value"].tolist() == []
    assert lonely(history(), gap=HOUR).empty


def test_few_readings_are_all_points_and_of_many_only_the_lonely() -> None:
    assert len(drawn_as_points(history(*DENSE[:FEW]), gap=3 * MINUTE)) == FEW
    assert drawn_as_points(history(*DENSE, (300.0, 9.0, 1)), gap=3 * MINUTE)["value"].tolist() == [9.0]


def test_an_hourly_station_has_a_line_and_points(catalogue: Catalogue) -> None:
    hourly = history(*((60.0 * hour, 200.0 + hour, 1) for hour in range(10)))

    figure = history_chart(hourly, catalogue.metric["pm25"], language="zh", zone=ZONE, gap=longest_gap(HOUR))

    line, points = figure.data
    assert (line.mode, list(line.y)) == ("lines", [200.0 + hour for hour in range(10)])
    assert (points.mode, len(points.y)) == ("markers", 10)


def test_an_empty_chart_says_when_the_series_was_last_heard(catalogue: Catalogue) -> None:
    newest = history((0, 1, 1))["time"][0].to_pydatetime()

    figure = history_chart(history(), catalogue.metric["pm25"], language="zh", zone=ZONE, newest=newest)

    assert figure.layout.annotations[0].text == "此时段没有数据<br>最近一次读数：2026-05-01 20:00"


def test_the_range_of_a_rolled_up_series_ends_where_its_line_does(catalogue: Catalogue) -> None:
    rolled = history((0, 1, 1), (1, 2, 1), (60, 3, 1), (61, 4, 1)).assign(low=0.0, high=9.0)

    figure = history_chart(rolled, catalogue.metric["pm25"], language="zh", zone=ZONE, gap=5 * MINUTE)

    assert [pd.isna(value) for value in figure.data[0].y] == [False, False, True, False, False]


def test_a_lonely_step_of_a_trend_is_a_point_and_hourly_sensors_have_a_line(catalogue: Catalogue) -> None:
    metric = catalogue.metric["pm25"]
    trend = frames.trend((0, 35, 30, 40), (60, 36, 30, 40), (120, 37, 30, 40))
    options = {"names": ("全市", ""), "step": frames.STEP, "language": "zh", "zone": ZONE}

    lone = figures.trend_chart(trend, None, metric, **options)  # type: ignore[arg-type]
    joined = figures.trend_chart(trend, None, metric, interval=HOUR, **options)  # type: ignore[arg-type]

    assert (lone.data[-1].mode, list(lone.data[-1].y)) == ("markers", [35, 36, 37])
    assert (joined.data[-1].mode, list(joined.data[-1].y)) == ("lines", [35, 36, 37])
