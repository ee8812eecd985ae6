"""A metric by day and hour of the day, as a chart. Pure."""

import pandas as pd
import plotly.graph_objects as go

from cityops.catalogue import Metric
from dashboard import theme
from dashboard.pages.domain.charts.colours import LOW
from dashboard.pages.domain.charts.figures import STANDOFF
from dashboard.pages.domain.lineage.keys import heat_key
from dashboard.ui.charts import plain_figure, say_no_data


def heat_chart(heat: pd.DataFrame, metric: Metric, *, language: str, empty: str = "common.no_data") -> go.Figure:
    """Return a metric by day and hour of the day, the newest day on top. Hours without readings stay empty."""
    figure = plain_figure()
    if heat.empty:
        return say_no_data(figure, language, key=empty)
    table = heat.pivot_table(index="day", columns="hour", values="value").reindex(columns=range(24)).sort_index()
    figure.add_trace(
        go.Heatmap(
            z=table.to_numpy(),
            customdata=[[heat_key(day, hour) for hour in range(24)] for day in table.index],
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
