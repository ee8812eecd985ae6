"""Figures as data."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard.citymap import Trace, city_map, place_map
from dashboard.figures import break_at_gaps, history_chart
from dashboard.registry import Registry
from tests.unit.dashboard import samples

ZONE = ZoneInfo("Asia/Shanghai")


def history(*rows: tuple[float, float, int]) -> pd.DataFrame:
    """Rows are (minutes, value, quality)."""
    filled = [(pd.Timestamp(samples.NOW) + timedelta(minutes=at), value, quality) for at, value, quality in rows]
    return pd.DataFrame(filled, columns=["time", "value", "quality"])


def test_an_empty_history_says_so_and_keeps_its_title(catalogue: Catalogue) -> None:
    figure = history_chart(history(), catalogue.metric["pm25"], language="zh", zone=ZONE)

    assert figure.layout.annotations[0].text == "暂无数据"
    assert figure.layout.title.text.startswith("PM2.5")
    assert not figure.data


def test_times_are_those_of_the_city(catalogue: Catalogue) -> None:
    figure = history_chart(history((0, 35, 1)), catalogue.metric["pm25"], language="zh", zone=ZONE)

    assert pd.Timestamp(figure.data[0].x[0]) == pd.Timestamp("2026-05-01 20:00")


def test_bad_readings_are_crosses_beside_the_line(catalogue: Catalogue) -> None:
    figure = history_chart(history((0, 35, 1), (1, 900, 4)), catalogue.metric["pm25"], language="zh", zone=ZONE)

    assert list(figure.data[0].y) == [35]
    assert list(figure.data[1].y) == [900]
    assert figure.data[1].marker.symbol == "x"


def test_the_limit_is_a_line_with_its_number(catalogue: Catalogue) -> None:
    figure = history_chart(history((0, 35, 1)), catalogue.metric["pm25"], language="en", zone=ZONE, limit=150)

    assert figure.layout.shapes[0].y0 == 150
    assert "Limit 150" in [note.text for note in figure.layout.annotations]


def test_no_line_is_drawn_across_a_gap() -> None:
    broken = break_at_gaps(history((0, 1, 1), (5, 2, 1), (20, 3, 1)), gap=timedelta(minutes=5))

    assert [None if pd.isna(value) else value for value in broken["value"]] == [1, 2, None, 3]


def test_the_map_has_its_traces_in_the_order_that_the_browser_expects() -> None:
    figure = city_map(samples.registry(), language="zh")

    assert len(figure.data) == len(Trace)
    assert list(figure.data[Trace.DISTRICTS].locations) == ["990101", "990102"]
    assert list(figure.data[Trace.SENSORS].customdata) == ["air-1", "air-2", "loop-1"]
    assert set(figure.data[Trace.SENSORS].marker.color) == {5}  # stale until the browser knows better
    assert figure.layout.meta["bounds"] == (119, 30, 119.2, 30.2)
    assert {"望湖区", "东港区", "望湖医院"} == {label["text"] for label in figure.layout.meta["labels"]}


def test_the_map_asks_nobody_for_tiles() -> None:
    figure = city_map(samples.registry(), language="en")

    assert {source["type"] for source in figure.layout.map.style["sources"].values()} == {"geojson"}
    assert "http" not in figure.to_json()


def test_an_empty_city_has_an_empty_map() -> None:
    figure = city_map(Registry({}, [], samples.registry().sensors.iloc[:0]), language="zh")

    assert figure.layout.meta["bounds"] is None
    assert list(figure.data[Trace.SENSORS].lon) == []


def test_the_map_of_one_place_looks_at_it() -> None:
    figure = place_map(119.05, 30.05, severity=2, registry=samples.registry())

    assert figure.layout.map.center.lon == 119.05
    assert list(figure.data[Trace.ALERTS].marker.color) == [2]
