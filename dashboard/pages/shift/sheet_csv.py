"""A handover sheet as CSV: a line for each alert, sensor and note. Pure."""

import csv
import io
from collections.abc import Iterator

from alerts.shift.handover_sheet import AlertLine, HandoverSheet, SensorLine
from dashboard.pages.shift.paper import GROUPS
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from dashboard.requests.spreadsheet import harmless

COLUMNS = ("section", "severity", "what", "sensor", "place", "state", "who", "since", "due", "remarks")


def write_csv(sheet: HandoverSheet, ink: SheetFormatter) -> str:
    """Return every line of a sheet. No cell begins like a formula: a spreadsheet would run it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([ink.say(f"shift.column_{name}") for name in COLUMNS])
    writer.writerows([harmless(cell) for cell in row] for row in _rows(sheet, ink))
    return out.getvalue()


def _rows(sheet: HandoverSheet, ink: SheetFormatter) -> Iterator[list[str]]:
    for group in GROUPS:
        yield from (_alert_row(group, alert, ink) for alert in getattr(sheet, group))
    yield from (_sensor_row(line, ink) for line in sheet.sensors)
    for note in sheet.notes:
        yield [ink.say("shift.notes"), "", "", "", "", "", note.author, ink.moment(note.at), "", note.words]


def _alert_row(group: str, alert: AlertLine, ink: SheetFormatter) -> list[str]:
    until = alert.shelved_until or alert.due
    return [
        ink.say(f"shift.{group}"),
        str(alert.severity),
        alert.title.in_language(ink.language),
        alert.sensor,
        alert.place.in_language(ink.language),
        ink.say(f"state.{alert.state}"),
        alert.holder or alert.shelved_by or "",
        ink.moment(alert.opened_at),
        ink.moment(until) if until else "",
        alert.reason or "",
    ]


def _sensor_row(line: SensorLine, ink: SheetFormatter) -> list[str]:
    return [
        ink.say("shift.sensors"),
        "",
        ink.kind(line.kind),
        line.name,
        line.place.in_language(ink.language),
        ink.say(f"presence.{line.reason}"),
        "",
        ink.moment(line.since) if line.since else "",
        "",
        line.sensor_id,
    ]
