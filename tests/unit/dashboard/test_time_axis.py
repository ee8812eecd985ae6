"""Charts of the nights in which clocks change: time runs forward, and the hour that comes twice is told apart."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go
import pytest

from cityops.catalogue import Catalogue
from dashboard.pages.domain.charts.figures import trend_chart
from dashboard.ui.charts import history_chart
from dashboard.ui.time_axis import TimeAxis, axis_of

BERLIN, NEW_YORK, SHANGHAI = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Shanghai"))
GAP = timedelta(minutes=15)
BACK = {BERLIN: datetime(2026, 10, 25, 1, tzinfo=UTC), NEW_YORK: datetime(2026, 11, 1, 6, tzinfo=UTC)}


def night(change: datetime) -> pd.DataFrame:
    times = [change + timedelta(minutes=minute) for minute in range(-120, 121, 10)]
    values = [float(place) for place in range(len(times))]
    return pd.DataFrame({"time": times, "value": values, "low": values, "high": values, "quality": 1})


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
def test_a_history_runs_forward_through_the_hour_that_comes_twice(zone: ZoneInfo, catalogue: Catalogue) -> None:
    figure = history_chart(night(BACK[zone]), catalogue.metric["pm25"], language="en", zone=zone, gap=GAP)
    line = next(trace for trace in figure.data if trace.hovertemplate)
    steps = pd.Series(pd.to_datetime(pd.Series(line.x))).diff().dropna()

    assert set(steps) == {timedelta(minutes=10)}
    assert len(set(line.customdata)) == len(line.customdata)


def test_both_hours_have_their_offset_under_the_axis_and_under_the_pointer(catalogue: Catalogue) -> None:
    figure = history_chart(night(BACK[BERLIN]), catalogue.metric["pm25"], language="en", zone=BERLIN, gap=GAP)
    line = next(trace for trace in figure.data if trace.hovertemplate)
    ticks = dict(zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True))

    assert "2026-10-25 02:30:00 UTC+2" in line.customdata
    assert "2026-10-25 02:30:00 UTC+1" in line.customdata
    assert ticks[pd.Timestamp("2026-10-25 02:30")] == "02:30<br>10-25 UTC+2"
    assert ticks[pd.Timestamp("2026-10-25 03:30")] == "02:30<br>10-25 UTC+1"
    assert [note.text for note in figure.layout.annotations] == ["UTC+2 → UTC+1"]


def test_a_trend_and_what_it_is_compared_with_share_one_axis(catalogue: Catalogue) -> None:
    own = night(BACK[NEW_YORK])
    figure = trend_chart(
        own.tail(5), own, catalogue.metric["pm25"], names=("a", "b"), step=timedelta(minutes=10), language="en",
        zone=NEW_YORK,
    )  # fmt: skip
    first, second = (trace for trace in figure.data if trace.hovertemplate)

    assert first.x[-1] == second.x[-1]
    assert first.customdata[-1] == second.customdata[-1] == "2026-11-01 03:00 UTC-5"


def test_the_hour_that_is_skipped_in_spring_leaves_no_hole() -> None:
    axis = axis_of([night(datetime(2026, 3, 29, 1, tzinfo=UTC))], BERLIN)
    placed = axis.place(night(datetime(2026, 3, 29, 1, tzinfo=UTC)))

    assert set(placed["time"].diff().dropna()) == {timedelta(minutes=10)}
    assert axis.changes == [datetime(2026, 3, 29, 1, tzinfo=UTC)]


def test_an_ordinary_day_keeps_the_axis_of_the_library() -> None:
    frame, figure = night(BACK[BERLIN]), go.Figure()
    axis_of([frame], SHANGHAI).dress(figure, ticks="%H:%M", hover="%H:%M")

    assert figure.layout.xaxis.tickvals is None
    assert axis_of([frame], SHANGHAI).place(frame)["time"].iloc[0] == pd.Timestamp("2026-10-25 07:00")


def test_nothing_to_draw_has_an_axis_too() -> None:
    axis = axis_of([None, pd.DataFrame(columns=["time"])], BERLIN)

    assert axis == TimeAxis(BERLIN, None, None)
    assert axis.changes == []


def test_a_week_is_marked_at_the_minute_of_the_change() -> None:
    end = BACK[BERLIN] + timedelta(days=3)
    frame = pd.DataFrame({"time": [end - timedelta(days=7), end]})

    assert axis_of([frame], BERLIN).changes == [BACK[BERLIN]]
