"""The step of a figure that says what each series gave. Pure."""

from typing import Any

from dash import html

from dashboard.pages.domain.lineage.drawer_parts import step, table
from dashboard.pages.domain.lineage.model import Lineage, Share, by_weight
from dashboard.pages.domain.reader import Reader
from dashboard.ui import components

MOST_SERIES = 20


def series_step(lineage: Lineage, reader: Reader) -> html.Section:
    """Return the step: a line for each series, the first of many."""
    say, shares = reader.say, lineage.shares
    weights = sum(by_weight(one) for one in shares)
    rows = [_share(one, weights, reader) for one in shares[:MOST_SERIES]]
    left = len(shares) - len(rows)
    heads = [say(f"lineage.{name}") for name in ("sensor", "value", "readings", "weight")]
    more = [html.P(say("lineage.more", count=f"{left:,}"), className="hint")] if left else []
    return step("series", say, [table(heads, rows), *more])


def _share(share: Share, weights: float, reader: Reader) -> html.Tr:
    metric = reader.catalogue.metric[share.metric]
    value = "–" if share.value is None or share.count == 0 else metric.format(share.value)
    weight = f"{by_weight(share) / weights:.1%}" if weights and share.weight else "–"
    name: Any = share.name
    if share.start is not None and share.end is not None:
        asked = f"{share.sensor_id}|{share.metric}|{share.start.isoformat()}|{share.end.isoformat()}"
        name = html.Button(share.name, type="button", className="lineage-link", **components.hook("behind", asked))
    count = f"{share.count:,}" if share.expected is None else f"{share.count:,} / {share.expected:,}"
    return html.Tr([html.Td(name), html.Td(value), html.Td(count), html.Td(weight)])
