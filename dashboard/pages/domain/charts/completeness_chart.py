"""How much of what sensors should have sent came, as a chart. Pure."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cityops.catalogue import Catalogue
from dashboard import texts, theme
from dashboard.pages.domain.charts.figures import STANDOFF, slots
from dashboard.pages.domain.lineage.formulas import percent_words
from dashboard.pages.domain.lineage.keys import due_key
from dashboard.ui.charts import plain_figure, say_no_data

FOOTNOTE_HEIGHT = 28  # px below the bars, for a line of small words


def completeness_chart(kinds: pd.DataFrame, catalogue: Catalogue, *, since: str, language: str) -> go.Figure:
    """Return how much of what each kind of sensor should have sent is there and usable, counted `since` when."""
    figure = plain_figure()
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
            text=[percent_words(ratio) for ratio in known["ratio"]],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                (int(received), int(expected), due_key(kind))
                for kind, received, expected in zip(known["kind"], known["received"], known["expected"], strict=True)
            ],
            hovertemplate="%{y}　%{customdata[0]:,} / %{customdata[1]:,}<extra></extra>",
        )
    )
    names = {"showgrid": False, "ticklabelstandoff": STANDOFF, "range": slots(len(known))}
    figure.update_layout(xaxis={"visible": False, "range": [0, 128]}, yaxis=names, bargap=0.4, margin_b=FOOTNOTE_HEIGHT)
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 0, "yanchor": "top"}
    words = texts.say("domain.due_since", language, since=since)
    figure.add_annotation(text=words, showarrow=False, font={"size": 12, "color": theme.MUTED}, **place)
    return figure


def _judge(percent: float) -> str:
    if percent >= 95:
        return theme.STATE_COLOURS[theme.DotState.NORMAL]
    return theme.STATE_COLOURS[theme.DotState.YELLOW if percent >= 80 else theme.DotState.ORANGE]
