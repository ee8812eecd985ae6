"""The routes of a signed sheet as a file: CSV for a spreadsheet, JSON as it is stored and its fingerprint is made."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from alerts.shift import store as handover_store
from alerts.shift.store import Handover, SheetUnknown
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage.audit import record
from dashboard.pages.shift.callbacks import ink_of
from dashboard.pages.shift.sheet_csv import write_csv
from dashboard.requests.file_names import attachment
from dashboard.web.request_context import require

router = APIRouter(include_in_schema=False)
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
