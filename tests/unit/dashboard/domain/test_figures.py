"""The charts of the domain pages as data."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go
import pytest

from cityops.catalogue import Catalogue, Metric
from dashboard import theme
from dashboard.pages.domain.charts import area_figure, completeness_chart, figures, heat_chart
from dashboard.pages.domain.charts.colours import DARK_INK, LIGHT_INK, ink_on, scale_colours
from dashboard.pages.domain.charts.figures import MOST_BARS
from tests.unit.dashboard.domain import frames
from tests.unit.dashboard.samples import AREAS

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def pm25(catalogue: Catalogue) -> Metric:
    return catalogue.metric["pm25"]


def draw_trend(metric: Metric, trend: pd.DataFrame, other: pd.DataFrame | None = None) -> go.Figure:
    return figures.trend_chart(
        trend, other, metric, names=("全市", "望湖区"), step=frames.STEP, language="zh", zone=ZONE
    )


def words_of(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_every_chart_says_when_there_is_no_data(pm25: Metric, catalogue: Catalogue) -> None:
    empty = [
        draw_trend(pm25, frames.trend()),
        draw_trend(pm25, frames.trend(), frames.trend()),
        figures.ranking_chart(frames.ranking(), pm25, language="zh"),
        area_figure.area_map(AREAS, frames.ranking(), pm25, inside="", language="zh"),
        heat_chart.heat_chart(frames.heat(), pm25, language="zh"),
    ]

    assert [words_of(figure) for figure in empty] == [["暂无数据"]] * len(empty)
    assert [len(figure.data) for figure in empty] == [0] * len(empty)


@pytest.mark.parametrize("due", [(), (("parking", 0, 0),)])
def test_where_nothing_was_due_completeness_says_so(
    catalogue: Catalogue, due: tuple[tuple[str, int, int], ...]
) -> None:
    figure = completeness_chart.completeness_chart(frames.kinds(*due), catalogue, since="", language="zh")

    assert words_of(figure) == ["没有应收数据<br>（自设备登记起计）"]
    assert len(figure.data) == 0


def test_a_trend_is_a_line_in_its_range_at_the_citys_time(pm25: Metric) -> None:
    high, low, line = draw_trend(pm25, frames.trend((0, 35, 30, 40), (10, 37, 31, 44))).data

    assert [pd.Timestamp(moment).strftime("%H:%M") for moment in line.x] == ["20:00", "20:10"]
    assert list(line.y) == [35, 37]
    assert (list(low.y), list(high.y)) == ([30, 31], [40, 44])
    assert low.fill == "tonexty"
    assert line.line.color == pm25.colour


def test_no_trend_is_drawn_across_a_missing_step(pm25: Metric) -> None:
    line = draw_trend(pm25, frames.trend((0, 1, 1, 1), (10, 2, 2, 2), (40, 3, 3, 3))).data[2]

    assert [None if pd.isna(value) else value for value in line.y] == [1, 2, None, 3]


def test_two_places_are_two_named_lines(pm25: Metric) -> None:
    figure = draw_trend(pm25, frames.trend((0, 35, 30, 40)), frames.trend((0, 50, 50, 50)))

    assert [trace.name for trace in figure.data if trace.name] == ["全市", "望湖区"]
    assert list(figure.data[3].y) == [50]
    assert figure.layout.showlegend


def test_a_place_without_readings_still_shows_the_other(pm25: Metric) -> None:
    figure = draw_trend(pm25, frames.trend(), frames.trend((0, 50, 50, 50)))

    assert words_of(figure) == []
    assert list(figure.data[3].y) == [50]


def test_the_highest_area_is_the_bar_on_top(pm25: Metric) -> None:
    (bars,) = figures.ranking_chart(frames.DISTRICTS, pm25, language="en").data

    assert list(bars.y) == ["东港区", "Wanghu"]  # from below; without an English name the Chinese one
    assert list(bars.text) == ["23", "41"]
    assert list(bars.customdata) == ["990102", "990101"]


def test_a_few_bars_are_no_thicker_than_many(pm25: Metric) -> None:
    low, high = figures.ranking_chart(frames.DISTRICTS, pm25, language="zh").layout.yaxis.range

    assert (low, high) == (-6.5, 1.5)


def test_a_ranking_shows_the_highest_of_many_in_the_colours_of_all(pm25: Metric) -> None:
    many = frames.ranking(*((f"9901{number:02d}", f"区{number}", "", 100.0 - number) for number in range(40)))
    (bars,) = figures.ranking_chart(many, pm25, language="zh").data

    assert len(bars.y) == MOST_BARS
    assert bars.y[-1] == "区0"
    assert bars.marker.color[-1] == f"rgb({', '.join(str(int(pm25.colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_the_map_colours_what_is_known_and_outlines_the_rest(pm25: Metric) -> None:
    known = frames.ranking(("990101", "望湖区", "Wanghu", 41.0))
    silent, drawn, labels = area_figure.area_map(AREAS, known, pm25, inside="", language="zh").data

    assert (silent.text, silent.fillcolor) == ("东港区　—", theme.PANEL)
    assert drawn.text == "望湖区　41 µg/m³"
    assert (list(labels.text), list(labels.customdata)) == (["望湖区"], ["990101"])


def test_a_map_of_one_district_holds_nothing_of_its_neighbours(pm25: Metric) -> None:
    known = frames.ranking(("990101", "望湖区", "Wanghu", 41.0))
    figure = area_figure.area_map(AREAS, known, pm25, inside="990101", language="zh")

    assert [trace.name for trace in figure.data if trace.name] == ["望湖区"]


@pytest.mark.parametrize(("colour", "dark"), [("#ffd83d", True), ("#16324d", False)])
def test_names_on_the_map_read_on_their_colour(colour: str, dark: bool, pm25: Metric) -> None:
    metric = Metric(pm25.name, pm25.unit, pm25.valid, pm25.plausible, pm25.precision, colour)
    labels = area_figure.area_map(AREAS, frames.DISTRICTS, metric, inside="", language="zh").data[-1]

    assert labels.textfont.color[0] == (DARK_INK if dark else LIGHT_INK)


def test_equal_values_have_one_colour(pm25: Metric) -> None:
    same = frames.ranking(("990101", "望湖区", "", 0.0), ("990102", "东港区", "", 0.0))
    (bars,) = figures.ranking_chart(same, pm25, language="zh").data

    assert len(set(bars.marker.color)) == 1


def test_a_heat_map_has_24_hours_and_leaves_open_what_is_not_known(pm25: Metric) -> None:
    (cells,) = heat_chart.heat_chart(frames.heat((1, 8, 35.5), (2, 0, 12.0)), pm25, language="zh").data

    assert list(cells.x) == [f"{hour:02d}" for hour in range(24)]
    assert list(cells.y) == ["05-01", "05-02"]
    assert cells.z[0][8] == 35.5
    assert cells.z[1][0] == 12.0
    assert pd.isna(cells.z[0][0])


def test_completeness_is_cut_and_never_rounded_up(catalogue: Catalogue) -> None:
    known = frames.kinds(("air_station", 10_000, 9_996), ("noise_meter", 100, 90), ("river_gauge", 100, 10))
    figure = completeness_chart.completeness_chart(known, catalogue, since="04-30 20:00", language="zh")
    (bars,) = figure.data

    assert list(bars.text) == ["10.0%", "90.0%", "99.9%"]
    assert list(bars.marker.color) == [
        theme.STATE_COLOURS[state] for state in (theme.DotState.ORANGE, theme.DotState.YELLOW, theme.DotState.NORMAL)
    ]
    assert words_of(figure) == ["04-30 20:00 起，自设备登记后计"]
    (words,) = figure.layout.annotations
    assert (words.y, words.yanchor) == (0, "top")  # below the bars: beside them it stands in the last one
    assert figure.layout.margin.b > words.font.size


def test_the_step_decides_where_a_line_breaks(pm25: Metric) -> None:
    hourly = figures.trend_chart(
        frames.trend((0, 1, 1, 1), (60, 2, 2, 2)), None, pm25,
        names=("", ""), step=timedelta(hours=1), language="zh", zone=ZONE,
    )  # fmt: skip

    assert list(hourly.data[2].y) == [1, 2]


def test_a_name_can_be_read_on_every_colour_that_an_area_may_have(catalogue: Catalogue) -> None:
    values = pd.Series([float(number) for number in range(41)])
    seen = {
        (ground, ink_on(ground)) for one in catalogue.metric.values() for ground in scale_colours(values, values, one)
    }

    assert len(seen) > 100
    assert min(contrast(_rgb(ground), _hex(ink)) for ground, ink in seen) >= 4.5


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(float(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


def _hex(colour: str) -> tuple[float, ...]:
    return tuple(float(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the ratio of WCAG 2 between two colours of sRGB, each part 0 to 255."""

    def light(colour: tuple[float, ...]) -> float:
        shares = [part / 255 for part in colour]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)
