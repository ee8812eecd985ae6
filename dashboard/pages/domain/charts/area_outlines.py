"""The outlines of areas as a chart draws them, to scale. Pure."""

import math
from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go
from shapely import get_parts
from shapely.geometry import Polygon, shape

from cityops.areas import Area, name_in
from dashboard import theme


def area_outline(area: Area, value: str, colour: str | None, language: str) -> go.Scatter:
    """Return an area with what the pointer reads on it; without a colour nothing was measured there."""
    lons, lats = _outline(area)
    name = name_in(area, language)
    return go.Scatter(
        x=lons,
        y=lats,
        mode="lines",
        fill="toself",
        fillcolor=colour or theme.PANEL,
        line={"color": theme.BACKGROUND if colour else theme.LINE, "width": 1.5},
        hoveron="fills",
        hoverinfo="text",
        text=f"{name}　{value}",
        name=name,
    )


def draw_to_scale(figure: go.Figure, areas: list[Area]) -> None:
    """Make a kilometre as long to the east as to the north, in the middle of the areas."""
    middle = np.mean([shape(area.geometry or {}).centroid.y for area in areas])
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        xaxis=hidden, yaxis={**hidden, "scaleanchor": "x", "scaleratio": 1 / math.cos(math.radians(float(middle)))}
    )


def _outline(area: Area) -> tuple[list[float | None], list[float | None]]:
    lons: list[float | None] = []
    lats: list[float | None] = []
    for ring in _rings(area):
        lons += [*ring[0], None]
        lats += [*ring[1], None]
    return lons[:-1], lats[:-1]


def _rings(area: Area) -> Iterator[tuple[list[float], list[float]]]:
    for part in get_parts(shape(area.geometry or {})):
        if isinstance(part, Polygon):
            points = np.array(part.exterior.coords)
            yield points[:, 0].tolist(), points[:, 1].tolist()
