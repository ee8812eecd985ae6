"""A signed sheet as a file: CSV for a spreadsheet, JSON as it is stored and as its fingerprint covers it."""

import csv
import io
from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from alerts.shift import store as handover_store
from alerts.shift.handover_sheet import AlertLine, HandoverSheet, SensorLine
from alerts.shift.store import Handover, SheetUnknown
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage.audit import record
from dashboard.pages.shift.callbacks import ink_of
from dashboard.pages.shift.paper import GROUPS
from dashboard.pages.shift.sheet_formatter import SheetFormatter
from dashboard.requests.file_names import attachment
from dashboard.requests.spreadsheet import harmless
from dashboard.web.request_context import require

router = APIRouter(include_in_schema=False)
COLUMNS = ("section", "severity", "what", "sensor", "place", "state", "who", "since", "due", "remarks")
LARGEST_NUMBER = 2**63 - 1


@router.get("/shift/sheets/{number}.csv")
def export_csv(number: int) -> Response:
    """Return the sheet for a spreadsheet, in the language of the page, with times of the city."""
    ink = ink_of(require(Role.VIEWER))
    found = _find(number, "csv")
    if found is None:
        return _unknown()
    return _file(write_csv(found.sheet, ink).encode("utf-8-sig"), "text/csv; charset=utf-8", f"handover-{number}.csv")


@router.get("/shift/sheets/{number}.json")
def export_json(number: int) -> Response:
    """Return the sheet byte by byte as it was signed: its SHA-256 is the printed fingerprint."""
    require(Role.VIEWER)
    found = _find(number, "json")
    return _unknown() if found is None else _file(found.text.encode(), "application/json", f"handover-{number}.json")


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


def _find(number: int, kind: str) -> Handover | None:
    """Return a sheet, and keep who took it out of the house."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        try:
            found = handover_store.find(tx, min(number, LARGEST_NUMBER))
        except SheetUnknown:
            return None
        detail = {"format": kind}
        record(tx, here.person.name, "handover.export", str(number), at=utc_now(), origin=here.origin, detail=detail)
    return found


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=disposition)


def _unknown() -> Response:
    return JSONResponse({"error": "unknown", "message": str(SheetUnknown())}, 404)
