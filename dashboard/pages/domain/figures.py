"""The charts of the domain pages. Pure: frames in, figures out; an empty frame says that there is no data."""

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale
from shapely import get_parts
from shapely.geometry import Polygon, shape

from cityops.areas import Area, name_in
from cityops.catalogue import Catalogue, Metric
from dashboard import texts, theme
from dashboard.city.past.gaps import break_at_gaps, lonely, longest_gap
from dashboard.ui.charts import add_points, say_no_data
from dashboard.ui.time_axis import TimeAxis, axis_of

LOW = "#16324d"  # the colour of the lowest value; the highest has the metric's own
MOST_BARS = 16
MOST_LABELS = 24
MIDDLE_LUMINANCE = 0.18  # above it a dark ink has the better contrast
LEAST_SLOTS = 8  # a few bars stand at the top in the thickness of many
LEVEL_WORDS = (" District", " Subdistrict", " Community", " Grid")
STANDOFF = 8  # px between a name and what it names


def trend_chart(
    trend: pd.DataFrame,
    other: pd.DataFrame | None,
    metric: Metric,
    *,
    names: tuple[str, str],
    step: timedelta,
    language: str,
    zone: ZoneInfo,
    interval: timedelta = timedelta(0),
    empty: str = "common.no_data",
) -> go.Figure:
    """Return the line of a metric in the city's zone, its range, and what it is compared with.

    `names`: what the line and the other line are called. Lines break where a step is missing, unless the sensors
    report less often (`interval`); what stands alone is a point. `empty`: the key of the words for no data at all.
    """
    figure = _figure(legend=other is not None)
    if trend.empty and (other is None or other.empty):
        return say_no_data(figure, language, key=empty)
    invisible = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    gap, axis = longest_gap(interval, step), axis_of([trend, other], zone)
    own = _local(trend, axis, gap)
    figure.add_trace(go.Scatter(x=own["time"], y=own["high"], **invisible))
    figure.add_trace(
        go.Scatter(x=own["time"], y=own["low"], fill="tonexty", fillcolor=_faint(metric.colour), **invisible)
    )
    figure.add_trace(_line(own, metric, names[0], {"color": metric.colour, "width": 2.25}))
    if other is not None:
        quiet = {"color": theme.MUTED, "width": 1.5, "dash": "dot"}
        compared = _local(other, axis, gap)
        figure.add_trace(_line(compared, metric, names[1], quiet))
        add_points(figure, lonely(compared, gap=gap), theme.MUTED)
    add_points(figure, lonely(own, gap=gap), metric.colour)
    axis.dress(figure, ticks="%H:%M\n%m-%d", hover="%Y-%m-%d %H:%M")
    return figure


def ranking_chart(ranking: pd.DataFrame, metric: Metric, *, language: str, empty: str = "common.no_data") -> go.Figure:
    """Return the areas as bars, the highest on top, each with its number."""
    figure = _figure()
    if ranking.empty:
        return say_no_data(figure, language, key=empty)
    shown = ranking.head(MOST_BARS).iloc[::-1]
    figure.add_trace(
        go.Bar(
            x=shown["value"],
            y=_names(shown, language),
            orientation="h",
            marker={"color": _colours(shown["value"], ranking["value"], metric)},
            text=[metric.format(value) for value in shown["value"]],
            textposition="outside",
            cliponaxis=False,
            customdata=shown["area_code"],
            hovertemplate=f"%{{y}}　%{{text}} {metric.unit}<extra></extra>",
        )
    )
    top = float(shown["value"].max())
    figure.update_layout(
        xaxis={"visible": False, "range": [min(0.0, float(shown["value"].min())), top * 1.25 if top > 0 else 1]},
        yaxis={"showgrid": False, "tickfont": {"size": 13}, "ticklabelstandoff": STANDOFF, "range": _slots(len(shown))},
        bargap=0.35,
    )
    return figure


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
    figure = _figure()
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
    colours = dict(zip(known.index, _colours(known["value"], known["value"], metric), strict=True))
    figure.add_traces([_area_outline(area, "—", None, language) for area in silent.values()])
    for code, area in drawn.items():
        words = f"{metric.format(values[code])} {metric.unit}"
        figure.add_trace(_area_outline(area, words, colours.get(code), language))
    if len(drawn) <= MOST_LABELS:
        figure.add_trace(_map_labels(drawn, colours, language))
    _draw_to_scale(figure, list(drawn.values()))
    return figure


def _area_outline(area: Area, value: str, colour: str | None, language: str) -> go.Scatter:
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


def _draw_to_scale(figure: go.Figure, areas: list[Area]) -> None:
    """Make a kilometre as long to the east as to the north, in the middle of the areas."""
    middle = np.mean([shape(area.geometry or {}).centroid.y for area in areas])
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        xaxis=hidden, yaxis={**hidden, "scaleanchor": "x", "scaleratio": 1 / math.cos(math.radians(float(middle)))}
    )


def heat_chart(heat: pd.DataFrame, metric: Metric, *, language: str, empty: str = "common.no_data") -> go.Figure:
    """Return a metric by day and hour of the day, the newest day on top. Hours without readings stay empty."""
    figure = _figure()
    if heat.empty:
        return say_no_data(figure, language, key=empty)
    table = heat.pivot_table(index="day", columns="hour", values="value").reindex(columns=range(24)).sort_index()
    figure.add_trace(
        go.Heatmap(
            z=table.to_numpy(),
            x=[f"{hour:02d}" for hour in range(24)],
            y=[f"{day:%m-%d}" for day in table.index],
            colorscale=[[0, LOW], [1, metric.colour]],
            xgap=1,
            ygap=1,
            colorbar={"thickness": 10, "outlinewidth": 0, "tickfont": {"color": theme.MUTED}},
            hovertemplate=f"%{{y}} %{{x}}:00　%{{z:.{metric.precision}f}} {metric.unit}<extra></extra>",
            hoverongaps=False,
        )
    )
    figure.update_layout(
        xaxis={"showgrid": False, "type": "category", "dtick": 3},
        yaxis={"showgrid": False, "type": "category", "nticks": 12, "ticklabelstandoff": STANDOFF},
    )
    return figure


def completeness_chart(kinds: pd.DataFrame, catalogue: Catalogue, *, since: str, language: str) -> go.Figure:
    """Return how much of what each kind of sensor should have sent is there and usable, counted `since` when."""
    figure = _figure()
    known = kinds.dropna(subset=["ratio"]).iloc[::-1]
    if known.empty:
        return say_no_data(figure, language, key="domain.nothing_due")
    # Cut, not rounded: 99.96 % is not everything.
    percent = np.floor(known["ratio"] * 1000) / 10
    figure.add_trace(
        go.Bar(
            x=percent,
            y=[catalogue.kind[kind].name.in_language(language) for kind in known["kind"]],
            orientation="h",
            marker={"color": [_judge(value) for value in percent]},
            text=[f"{value:.1f}%" for value in percent],
            textposition="outside",
            cliponaxis=False,
            customdata=known[["received", "expected"]].to_numpy(),
            hovertemplate="%{y}　%{customdata[0]:,} / %{customdata[1]:,}<extra></extra>",
        )
    )
    names = {"showgrid": False, "ticklabelstandoff": STANDOFF, "range": _slots(len(known))}
    figure.update_layout(xaxis={"visible": False, "range": [0, 128]}, yaxis=names, bargap=0.4)
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 0, "yanchor": "bottom"}
    words = texts.say("domain.due_since", language, since=since)
    figure.add_annotation(text=words, showarrow=False, font={"size": 12, "color": theme.MUTED}, **place)
    return figure


def _figure(*, legend: bool = False) -> go.Figure:
    margin = {"l": 12, "r": 16, "t": 28 if legend else 8, "b": 8}
    words = {"orientation": "h", "traceorder": "normal", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 13}}
    return go.Figure(layout={"template": theme.TEMPLATE, "margin": margin, "showlegend": legend, "legend": words})


def _local(frame: pd.DataFrame, axis: TimeAxis, gap: timedelta) -> pd.DataFrame:
    return break_at_gaps(axis.place(frame), gap=gap)


def _line(frame: pd.DataFrame, metric: Metric, name: str, line: dict[str, object]) -> go.Scatter:
    template = f"%{{y:.{metric.precision}f}} {metric.unit}"
    return go.Scatter(x=frame["time"], y=frame["value"], mode="lines", line=line, name=name, hovertemplate=template)


def _slots(bars: int) -> list[float]:
    """Return the range of an axis of bars, the last of which is on top."""
    return [bars - 0.5 - max(bars, LEAST_SLOTS), bars - 0.5]


def _names(frame: pd.DataFrame, language: str) -> list[str]:
    if language != "en":
        return frame["name"].tolist()
    return [english or chinese for english, chinese in zip(frame["name_en"], frame["name"], strict=True)]


def _colours(values: "pd.Series[float]", scale: "pd.Series[float]", metric: Metric) -> list[str]:
    low, high = float(scale.min()), float(scale.max())
    width = high - low
    shares = [0.6 if width == 0 else 0.15 + 0.85 * (value - low) / width for value in values]
    return list(sample_colorscale([[0, LOW], [1, metric.colour]], shares))


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


def _map_labels(drawn: Mapping[str, Area], colours: Mapping[str, str], language: str) -> go.Scatter:
    """Return the areas' names, each at a point inside, in an ink that reads on its colour; clicking one chooses it."""
    points = [shape(area.geometry or {}).representative_point() for area in drawn.values()]
    return go.Scatter(
        x=[point.x for point in points],
        y=[point.y for point in points],
        mode="text",
        text=[_short(area) if language == "en" else area.name for area in drawn.values()],
        textfont={
            "size": 11 if language == "en" else 12,
            "color": [_ink(colours[code]) for code in drawn],
            "shadow": [_halo(colours[code]) for code in drawn],
        },
        customdata=list(drawn),
        hoverinfo="skip",
    )


def _short(area: Area) -> str:
    """Return an English name without the word for its level, which a map has no room for."""
    name = name_in(area, "en")
    return next((name.removesuffix(word) for word in LEVEL_WORDS if name.endswith(word)), name)


def _halo(colour: str) -> str:
    """Return what keeps a name legible where it reaches beyond its area."""
    return ", ".join([f"0 0 2px {colour}"] * 4)


def _ink(colour: str) -> str:
    """Return the ink with the better contrast on a colour that Plotly wrote as `rgb(r, g, b)` (WCAG 2)."""
    shares = (float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return theme.BACKGROUND if luminance > MIDDLE_LUMINANCE else theme.TEXT


def _judge(percent: float) -> str:
    if percent >= 95:
        return theme.STATE_COLOURS[theme.State.NORMAL]
    return theme.STATE_COLOURS[theme.State.YELLOW if percent >= 80 else theme.State.ORANGE]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
