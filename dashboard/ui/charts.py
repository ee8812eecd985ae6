"""Charts of readings. Pure: a frame and options in, a figure out; an empty frame says that there is no data."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go

from cityops.catalogue import Metric
from cityops.readings import Quality
from dashboard import texts, theme
from dashboard.city.past.gaps import break_at_gaps, drawn_as_points
from dashboard.ui.time_axis import axis_of


def history_chart(
    history: pd.DataFrame,
    metric: Metric,
    *,
    language: str,
    zone: ZoneInfo,
    limit: float | None = None,
    gap: timedelta = timedelta(minutes=5),
    severity: int = 1,
    usual: pd.DataFrame | None = None,
    newest: datetime | None = None,
) -> go.Figure:
    """Return the line of one series in the city's zone, with its limit.

    `history` has time (aware), value and quality. The line breaks where nothing came for longer than `gap`
    (`gaps.longest_gap`), and what stands alone there is a point; readings of quality bad or suspect are crosses
    beside it. `usual` is `baseline.usual_course`, drawn beneath. `newest`: when the series was last heard, for the
    words in an empty chart.
    """
    figure = go.Figure(layout={"template": theme.TEMPLATE, "title": {"text": _title(metric, language)}})
    if history.empty and newest is not None:
        return say_no_data(
            figure, language, key="common.no_data_since", time=f"{newest.astimezone(zone):%Y-%m-%d %H:%M}"
        )
    if history.empty:
        return say_no_data(figure, language)
    axis = axis_of([history, usual], zone)
    local = axis.place(history)
    if usual is not None and not usual.empty:
        _add_usual(figure, axis.place(usual), texts.say("desk.usual", language))
    good = local["quality"] <= Quality.NOT_EVALUATED
    broken = break_at_gaps(local[good], gap=gap)
    if "low" in local:
        _add_range(figure, broken, metric)
    figure.add_trace(_line(broken, metric))
    if (~good).any():
        figure.add_trace(_crosses(local[~good]))
    add_points(figure, drawn_as_points(local[good], gap=gap), metric.colour)
    if limit is not None:
        colour = theme.severity_colour(severity)
        figure.add_hline(limit, line={"color": colour, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            y=limit,
            yanchor="bottom",
            showarrow=False,
            text=f"{texts.say('desk.limit', language)} {metric.format(limit)} {metric.unit}",
            font={"color": colour, "size": 12},
        )
    axis.dress(figure, ticks="%H:%M\n%Y-%m-%d", hover="%Y-%m-%d %H:%M:%S")
    return figure


def add_points(figure: go.Figure, history: pd.DataFrame, colour: str) -> None:
    """Draw readings as points upon the line that says their values."""
    if history.empty:
        return
    figure.add_trace(
        go.Scatter(
            x=history["time"],
            y=history["value"],
            mode="markers",
            marker={"color": colour, "size": 6},
            hoverinfo="skip",
            showlegend=False,
        )
    )


def say_no_data(figure: go.Figure, language: str, *, key: str = "common.no_data", **values: object) -> go.Figure:
    """Say in the middle of a figure that there is nothing to draw, or in the words of `key` why."""
    figure.update_layout(
        xaxis={"visible": False},
        yaxis={"visible": False},
        annotations=[
            {
                "text": texts.say(key, language, **values),
                "showarrow": False,
                "x": 0.5,
                "y": 0.5,
                "xref": "paper",
                "yref": "paper",
                "font": {"size": 18, "color": theme.MUTED},
            }
        ],
    )
    return figure


def _title(metric: Metric, language: str) -> str:
    return f"{metric.name.in_language(language)}　<span style='color:{theme.MUTED}'>{metric.unit}</span>"


def _line(history: pd.DataFrame, metric: Metric) -> go.Scatter:
    return go.Scatter(
        x=history["time"],
        y=history["value"],
        mode="lines",
        line={"color": metric.colour, "width": 1.8},
        connectgaps=False,
        name=metric.unit,
        hovertemplate=f"%{{y:.{metric.precision}f}} {metric.unit}<extra></extra>",
    )


def _add_range(figure: go.Figure, history: pd.DataFrame, metric: Metric) -> None:
    invisible = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_trace(go.Scatter(x=history["time"], y=history["high"], **invisible))
    figure.add_trace(
        go.Scatter(x=history["time"], y=history["low"], fill="tonexty", fillcolor=_faint(metric.colour), **invisible)
    )


def _add_usual(figure: go.Figure, usual: pd.DataFrame, name: str) -> None:
    still = {"mode": "lines", "hoverinfo": "skip", "line": {"width": 0}}
    figure.add_trace(go.Scatter(x=usual["time"], y=usual["high"], **still))
    figure.add_trace(
        go.Scatter(x=usual["time"], y=usual["low"], fill="tonexty", fillcolor="rgba(157,180,203,0.13)", **still)
    )
    line = {"width": 1.2, "dash": "dot", "color": theme.MUTED}
    figure.add_trace(go.Scatter(x=usual["time"], y=usual["value"], **still | {"line": line}))
    first = usual.iloc[0]
    figure.add_annotation(
        x=first["time"], y=first["value"], text=name, showarrow=False, xanchor="left", yanchor="bottom",
        font={"color": theme.MUTED, "size": 12},
    )  # fmt: skip


def _crosses(history: pd.DataFrame) -> go.Scatter:
    return go.Scatter(
        x=history["time"],
        y=history["value"],
        mode="markers",
        marker={"symbol": "x", "size": 7, "color": theme.STATE_COLOURS[theme.DotState.STALE]},
        hovertemplate="%{y} ✕<extra></extra>",
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


def plain_figure(*, legend: bool = False) -> go.Figure:
    """Return an empty figure without a title, for a card that has one; with room for a legend on top."""
    margin = {"l": 12, "r": 16, "t": 28 if legend else 8, "b": 8}
    words = {"orientation": "h", "traceorder": "normal", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 13}}
    return go.Figure(layout={"template": theme.TEMPLATE, "margin": margin, "showlegend": legend, "legend": words})
