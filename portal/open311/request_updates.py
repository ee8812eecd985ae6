"""What was done about reports, as request_update of GeoReport. Pure."""

from collections.abc import Iterable

from portal.open311.documents import Document
from portal.open311.parameters import write_time
from portal.open311.requests import Drawing
from portal.reports.public import ReportNote
from portal.texts import say

# And by what was done; what is not here is work in progress.
STEP_STATUSES = {
    "report": "OPEN",
    "verify": "INVESTIGATING",
    "file": "ACTION_SCHEDULED",
    "dispatch": "ACTION_SCHEDULED",
    "reopen": "REOPEN",
    "fail": "REOPEN",
    "unmerge": "REOPEN",
    "merge": "DUPLICATE",
    "supersede": "DUPLICATE",
    "answer": "CLOSED",
    "refuse": "NO_FURTHER_ACTION",
    "cancel": "CANCELLED",
    "close": "FIXED",
}


def draw_updates(notes: Iterable[ReportNote], drawing: Drawing) -> Document:
    """Return what was done about reports, as request_update (an extension of mySociety's)."""
    return Document(
        "service_request_updates",
        [
            {
                "update_id": f"{note.number}-{int(note.at.timestamp())}-{note.act}",
                "service_request_id": note.number,
                "status": STEP_STATUSES.get(note.act, "IN_PROGRESS"),
                "updated_datetime": write_time(note.at, drawing.zone),
                "description": say(f"note.{note.act}", drawing.language),
                "media_url": None,
            }
            for note in notes
        ],
    )
