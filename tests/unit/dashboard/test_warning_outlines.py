"""The areas of warnings as maps draw them: those of the screen's area, of few corners, in the colour of their level."""

import json
from typing import Any

import shapely
from shapely import Point, box

from cap.messages.outlines import MOST_DRAWN, map_outline
from dashboard import theme
from dashboard.city.outside_warnings import draw_outlines
from dashboard.ui.place_map import around_map
from tests.unit.dashboard import samples

GEOMETRY = json.loads(shapely.to_geojson(box(119, 30, 119.1, 30.1)))


def a_row(number: int, area: str, *, severity: int | None = 2, outline: Any = GEOMETRY) -> dict[str, Any]:
    return {
        "received_id": number, "message_id": number, "area_codes": [area], "severity": severity, "outline": outline,
    }  # fmt: skip


def test_a_screen_is_given_the_outlines_of_its_area_whoever_warns() -> None:
    others, ours = [a_row(1, "990101"), a_row(2, "990102"), a_row(3, "990101", outline=None)], [a_row(1, "990101001")]

    assert draw_outlines(others, ours, "990101").keys() == {"received-1", "own-1"}
    assert draw_outlines(others, ours, "").keys() == {"received-1", "received-2", "own-1"}
    assert draw_outlines([a_row(1, "990101", severity=None)], [], "")["received-1"]["severity"] == 0


def test_an_outline_has_few_corners_and_covers_what_is_meant() -> None:
    ragged = Point(119, 30).buffer(0.2, quad_segs=2000)
    drawn = map_outline(ragged)
    assert drawn is not None
    shape = shapely.from_geojson(drawn)
    assert shapely.get_num_coordinates(shape) <= MOST_DRAWN < shapely.get_num_coordinates(ragged)
    assert shape.covers(ragged)
    small = box(119, 30, 119.1, 30.1)
    assert shapely.from_geojson(map_outline(small) or "").equals(small), "what is simple stays as it is"
    assert map_outline(shapely.Polygon()) is None


def test_the_map_of_the_desk_draws_them_dashed_in_the_colour_of_their_level() -> None:
    outlines = draw_outlines([a_row(1, "9901", severity=1), a_row(2, "9901", severity=None)], [], "").values()
    figure = around_map(
        119.05, 30.05, severity=2, radius=3, registry=samples.registry(), language="zh", outlines=outlines
    )
    dashed = [layer for layer in figure.layout.map.layers if layer.line.dash]
    assert [layer.color for layer in dashed] == [theme.severity_colour(1), theme.MUTED]
