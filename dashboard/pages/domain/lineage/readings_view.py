"""The last step of the drawer: readings of one series, and what is kept of the messages that brought them. Pure."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from cityops.catalogue import Metric
from cityops.clock import clock_words
from cityops.storage.database import Row
from cityops.storage.readings.lineage import Behind
from dashboard.pages.domain.lineage.drawer_parts import named_values, step, table
from dashboard.pages.domain.lineage.facts import COUNTS
from dashboard.pages.domain.lineage.message_words import message_pairs
from dashboard.pages.domain.reader import Reader

MOST_READINGS = 200


def readings_view(share: Mapping[str, str], behind: Behind, device: Row, unit: str, reader: Reader) -> list[Component]:
    """Return the readings of a series with their flags, and what is kept of the messages that brought them."""
    say = reader.say
    metric = reader.catalogue.metric[share["metric"]]
    rows = [_row(row, unit, metric, reader) for row in behind.rows[:MOST_READINGS]]
    left = sum(behind.by_quality.values()) - len(rows)
    notes = [
        *([say("lineage.no_readings")] if not rows else []),
        *([say("lineage.more_readings", count=f"{left:,}")] if left > 0 and rows else []),
        *([say("lineage.forgotten", count=behind.forgotten)] if behind.forgotten else []),
    ]
    heads = [say(f"lineage.{name}") for name in ("time", "value", "flag")]
    return [
        html.Div(
            [html.H3(device["name"]), html.Small(f"{device['sensor_id']}　{metric.name.in_language(reader.language)}")]
        ),
        step(
            "readings",
            say,
            [table(heads, rows) if rows else None, *(html.P(note, className="hint") for note in notes)],
        ),
        step(
            "message",
            say,
            [named_values(message_pairs(device, reader)), html.P(say("lineage.not_kept"), className="hint")],
        ),
    ]


def _row(row: Row, unit: str, metric: Metric, reader: Reader) -> html.Tr:
    return html.Tr(
        [
            html.Td(clock_words(row["time"], reader.zone, "%m-%d %H:%M:%S")),
            html.Td(f"{metric.format(row['value'])} {unit}".strip()),
            html.Td(reader.say(f"lineage.flag_{row['quality']}")),
        ],
        className="" if row["quality"] in COUNTS else "is-out",
    )
