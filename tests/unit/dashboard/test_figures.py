"""Figures as data."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from dashboard.city.registry import Registry
from dashboard.ui.charts import history_chart
from dashboard.ui.city_map import Trace, city_map, place_map, standing_parts
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
    assert "Limit 150 µg/m³" in [note.text for note in figure.layout.annotations]


def test_the_map_draws_what_stands_still_only() -> None:
    figure = city_map(samples.registry())

    assert [trace.name for trace in figure.data] == [None]
    assert list(figure.data[Trace.PLACES].lon) == [119.05]
    assert len(figure.layout.map.layers) == 3  # the borders; a ring road and its glow


def test_the_browser_gets_what_its_own_layers_stand_on() -> None:
    parts = standing_parts(samples.registry(), language="zh")

    assert parts["bounds"] == (119, 30, 119.2, 30.2)
    assert parts["sensors"]["domain"] == ["environment", "environment", "traffic"]
    assert [area["properties"]["code"] for area in parts["areas"]["features"]] == ["990101", "990102"]
    assert [(area["properties"]["name"], area["properties"]["at"]) for area in parts["areas"]["features"]] == [
        ("望湖区", (119.05, 30.05)), ("东港区", (119.15, 30.05))
    ]  # fmt: skip


def test_a_wall_goes_down_to_grids_unless_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    community = Area("990101001001", "荷林社区", AreaLevel.COMMUNITY, "990101", "Helin Community", samples.box(119, 30))
    grid = Area("990101001001001", "荷林第一网格", AreaLevel.GRID, community.code, "Helin Grid 1", samples.box(119, 30))
    registry = samples.registry()
    deep = replace(registry, areas=registry.areas | {community.code: community, grid.code: grid})

    assert standing_parts(deep, language="en")["areas"]["features"][-1]["properties"]["level"] == "grid"
    assert deep.place(grid.code, "en") == "Helin Community, Wanghu"
    monkeypatch.setattr("dashboard.ui.city_map.MOST_GRIDS", 0)
    assert standing_parts(deep, language="en")["areas"]["features"][-1]["properties"]["level"] == "community"


def test_names_are_in_the_language_of_the_reader() -> None:
    parts = standing_parts(samples.registry(), language="en")

    assert [area["properties"]["name"] for area in parts["areas"]["features"]] == ["Wanghu", "Donggang"]


def test_the_map_asks_nobody_for_tiles() -> None:
    figure = city_map(samples.registry())

    assert {source["type"] for source in figure.layout.map.style["sources"].values()} == {"geojson"}
    assert "http" not in figure.to_json()


def test_an_empty_city_has_an_empty_map() -> None:
    empty = Registry({}, [], samples.registry().sensors.iloc[:0])

    assert list(city_map(empty).data[Trace.PLACES].lon) == []
    assert standing_parts(empty, language="zh")["bounds"] is None


def test_the_map_of_one_place_looks_at_it() -> None:
    figure = place_map(119.05, 30.05, severity=2, registry=samples.registry())

    assert figure.layout.map.center.lon == 119.05
    assert list(figure.data[Trace.ALERTS].marker.color) == [2]
