"""The line of a metric and the ranking of areas, as charts. Pure: an empty frame says that there is no data."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go

from cityops.catalogue import Metric
from dashboard import theme
from dashboard.city.past.gaps import break_at_gaps, lonely, longest_gap
from dashboard.pages.domain.charts.colours import faint, scale_colours
from dashboard.pages.domain.lineage.keys import trend_key
from dashboard.ui.charts import add_points, plain_figure, say_no_data
from dashboard.ui.time_axis import TimeAxis, axis_of

MOST_BARS = 16
LEAST_SLOTS = 8  # a few bars stand at the top in the thickness of many
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
    figure = plain_figure(legend=other is not None)
    if trend.empty and (other is None or other.empty):
        return say_no_data(figure, language, key=empty)
    invisible = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    gap, axis = longest_gap(interval, step), axis_of([trend, other], zone)
    own = _local(trend, axis, gap)
    figure.add_trace(go.Scatter(x=own["time"], y=own["high"], **invisible))
    figure.add_trace(
        go.Scatter(x=own["time"], y=own["low"], fill="tonexty", fillcolor=faint(metric.colour), **invisible)
    )
    figure.add_trace(_line(own, metric, names[0], {"color": metric.colour, "width": 2.25}))
    if other is not None:
        quiet = {"color": theme.MUTED, "width": 1.5, "dash": "dot"}
        compared = _local(other, axis, gap, other=True)
        figure.add_trace(_line(compared, metric, names[1], quiet))
        add_points(figure, lonely(compared, gap=gap), theme.MUTED)
    add_points(figure, lonely(own, gap=gap), metric.colour)
    axis.dress(figure, ticks="%H:%M\n%m-%d", hover="%Y-%m-%d %H:%M")
    return figure


def ranking_chart(ranking: pd.DataFrame, metric: Metric, *, language: str, empty: str = "common.no_data") -> go.Figure:
    """Return the areas as bars, the highest on top, each with its number."""
    figure = plain_figure()
    if ranking.empty:
        return say_no_data(figure, language, key=empty)
    shown = ranking.head(MOST_BARS).iloc[::-1]
    figure.add_trace(
        go.Bar(
            x=shown["value"],
            y=_names(shown, language),
            orientation="h",
            marker={"color": scale_colours(shown["value"], ranking["value"], metric)},
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
        yaxis={"showgrid": False, "tickfont": {"size": 13}, "ticklabelstandoff": STANDOFF, "range": slots(len(shown))},
        bargap=0.35,
    )
    return figure


def _local(frame: pd.DataFrame, axis: TimeAxis, gap: timedelta, *, other: bool = False) -> pd.DataFrame:
    keyed = frame.assign(figure=[trend_key(moment, other=other) for moment in frame["time"]])
    return break_at_gaps(axis.place(keyed), gap=gap)


def _line(frame: pd.DataFrame, metric: Metric, name: str, line: dict[str, object]) -> go.Scatter:
    template = f"%{{y:.{metric.precision}f}} {metric.unit}"
    keys = frame["figure"].where(frame["figure"].notna(), None)
    return go.Scatter(
        x=frame["time"], y=frame["value"], customdata=keys, mode="lines", line=line, name=name, hovertemplate=template
    )


def slots(bars: int) -> list[float]:
    """Return the range of an axis of bars, the last of which is on top."""
    return [bars - 0.5 - max(bars, LEAST_SLOTS), bars - 0.5]


def _names(frame: pd.DataFrame, language: str) -> list[str]:
    if language != "en":
        return frame["name"].tolist()
    return [english or chinese for english, chinese in zip(frame["name_en"], frame["name"], strict=True)]
