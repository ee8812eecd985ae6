"""The areas of a ranking as a map. Pure: frames in, figure out."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from shapely.geometry import shape

from cityops.areas import Area, name_in
from cityops.catalogue import Metric
from dashboard.pages.domain.charts.area_outlines import area_outline, draw_to_scale
from dashboard.pages.domain.charts.colours import halo_of, ink_on, scale_colours
from dashboard.ui.charts import plain_figure, say_no_data

MOST_LABELS = 24
LEVEL_WORDS = (" District", " Subdistrict", " Community", " Grid")


def area_map(
    areas: Mapping[str, Area],
    ranking: pd.DataFrame,
    metric: Metric,
    *,
    inside: str,
    language: str,
    empty: str = "common.no_data",
) -> go.Figure:
    """Return the areas of the ranking as a map, coloured by value; those without readings are only outlined."""
    figure = plain_figure()
    known = ranking.set_index("area_code")
    drawn = {code: areas[code] for code in known.index if code in areas and areas[code].geometry}
    levels = {area.level for area in drawn.values()}
    silent = {
        code: area
        for code, area in areas.items()
        if area.level in levels and area.geometry and code not in drawn and code.startswith(inside)
    }
    if not drawn:
        return say_no_data(figure, language, key=empty if ranking.empty else "domain.no_shapes")
    values: dict[str, float] = dict(zip(known.index, known["value"], strict=True))
    colours = dict(zip(known.index, scale_colours(known["value"], known["value"], metric), strict=True))
    figure.add_traces([area_outline(area, "—", None, language) for area in silent.values()])
    for code, area in drawn.items():
        words = f"{metric.format(values[code])} {metric.unit}"
        figure.add_trace(area_outline(area, words, colours.get(code), language))
    if len(drawn) <= MOST_LABELS:
        figure.add_trace(_map_labels(drawn, colours, language))
    draw_to_scale(figure, list(drawn.values()))
    return figure


def _map_labels(drawn: Mapping[str, Area], colours: Mapping[str, str], language: str) -> go.Scatter:
    """Return the areas' names, each at a point inside, in an ink that reads on its colour; clicking one chooses it."""
    points = [shape(area.geometry or {}).representative_point() for area in drawn.values()]
    return go.Scatter(
        x=[point.x for point in points],
        y=[point.y for point in points],
        mode="text",
        text=[short_name(area) if language == "en" else area.name for area in drawn.values()],
        textfont={
            "size": 11 if language == "en" else 12,
            "color": [ink_on(colours[code]) for code in drawn],
            "shadow": [halo_of(colours[code]) for code in drawn],
        },
        customdata=list(drawn),
        hoverinfo="skip",
    )


def short_name(area: Area) -> str:
    """Return an English name without the word for its level, which a map has no room for."""
    name = name_in(area, "en")
    return next((name.removesuffix(word) for word in LEVEL_WORDS if name.endswith(word)), name)
