"""The charts of the evaluation. Pure: frames in, figures out; an empty frame says that there is no data."""

import pandas as pd
import plotly.graph_objects as go

from cases.evaluation.scoring import ScoreLevel
from dashboard import texts, theme
from dashboard.ui.charts import plain_figure, say_no_data

# Green, blue, yellow, red and black, as the standard names them; black is a light grey upon a dark ground.
LEVEL_COLOURS = {
    ScoreLevel.A: theme.STATE_COLOURS[theme.DotState.NORMAL],
    ScoreLevel.B: theme.STATE_COLOURS[theme.DotState.BLUE],
    ScoreLevel.C: theme.STATE_COLOURS[theme.DotState.YELLOW],
    ScoreLevel.D: theme.STATE_COLOURS[theme.DotState.RED],
    ScoreLevel.E: "#b8c4d0",
}
MOST_NAMED = 20  # bars that have their names beside them; more are too many to read
WHOLE = 100


def ranking_chart(scores: pd.DataFrame, language: str) -> go.Figure:
    """Return the points of units as bars in the colours of their levels.

    `scores`: name, points, level ("" where a formula gives none), address, the best first. Few units lie below each
    other with their names, many stand side by side.
    """
    figure = plain_figure()
    known = scores.dropna(subset=["points"])
    if known.empty:
        return say_no_data(figure, language, key="evaluation.no_points")
    few = len(known) <= MOST_NAMED
    shown = known.iloc[::-1] if few else known
    colours = [LEVEL_COLOURS.get(level, theme.ACCENT) for level in shown["level"]]
    words = [f"{points:.2f} {level}" for points, level in zip(shown["points"], shown["level"], strict=True)]
    along = {"x": shown["points"], "y": shown["name"]} if few else {"x": shown["name"], "y": shown["points"]}
    figure.add_trace(
        go.Bar(
            **along,
            orientation="h" if few else "v",
            marker={"color": colours},
            text=words if few else None,
            textposition="auto",
            customdata=shown["address"],
            hovertext=[f"{name}　{text}" for name, text in zip(shown["name"], words, strict=True)],
            hoverinfo="text",
        )
    )
    scale = {"range": [0, max(WHOLE, float(known["points"].max()))]}
    names = {"showgrid": False, "type": "category"}
    if few:
        figure.update_layout(xaxis=scale, yaxis=names | {"ticklabelstandoff": 8}, bargap=0.3)
    else:
        figure.update_layout(yaxis=scale, xaxis=names | {"showticklabels": False}, bargap=0.1)
    return figure


def course_chart(course: pd.DataFrame, unit: str, language: str) -> go.Figure:
    """Return the mean of all units by month, and the line of one unit where it is named.

    `course`: month ("2026-11"), unit, points.
    """
    figure = plain_figure(legend=True)
    if course.empty:
        return say_no_data(figure, language, key="evaluation.no_points")
    mean = course.groupby("month")["points"].mean()
    quiet = {"color": theme.MUTED, "width": 1.5, "dash": "dot"} if unit else {"color": theme.ACCENT, "width": 2.25}
    figure.add_trace(_line(mean, texts.say("evaluation.mean", language), quiet))
    mine = course[course["unit"] == unit]
    if not mine.empty:
        name = str(mine["name"].iloc[0])
        figure.add_trace(_line(mine.set_index("month")["points"], name, {"color": theme.ACCENT, "width": 2.25}))
    figure.update_layout(xaxis={"type": "category", "showgrid": False}, yaxis={"rangemode": "tozero"})
    return figure


def _line(points: pd.Series, name: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=list(points.index),
        y=points.to_list(),
        mode="lines+markers",
        name=name,
        line=line,
        hovertemplate="%{x}　%{y:.2f}<extra></extra>",
    )
