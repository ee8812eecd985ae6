"""Reports as requests of GeoReport. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cityops.catalogue import Names
from portal.open311.documents import Document, Value
from portal.open311.parameters import write_time
from portal.open311.service_codes import code_of
from portal.reports.public import PublicReport, ReportNote, course_of
from portal.reports.query import RequestStatus
from portal.reports.services import PublicService
from portal.texts import say

# The words of GeoReport's `notes`, for what was done. What is not here is an "activity".
NOTE_TYPES = {"report": "opened", "close": "closed", "answer": "closed", "refuse": "closed", "cancel": "closed"}
# The words of servicerequestupdates, by where a report stands.
UPDATE_STATUSES = {
    "received": "OPEN",
    "verifying": "INVESTIGATING",
    "accepted": "ACTION_SCHEDULED",
    "in_hand": "IN_PROGRESS",
    "suspended": "ACTION_SCHEDULED",
    "done": "IN_PROGRESS",
    "closed": "FIXED",
    "answered": "CLOSED",
    "refused": "NO_FURTHER_ACTION",
    "duplicate": "DUPLICATE",
    "cancelled": "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What requests are drawn with: the services by category, the language, the city's zone, the portal's address."""

    services: Mapping[str, PublicService]
    language: str
    zone: tzinfo
    base: str


def draw_requests(
    reports: Iterable[PublicReport], drawing: Drawing, *, notes: Sequence[ReportNote] | None = None
) -> Document:
    """Return the list; with `notes` each request has its `extended_attributes` and its notes."""
    rows = []
    for report in reports:
        row = _request(report, drawing)
        if notes is not None:
            row |= _extensions(report, course_of(report, notes), drawing)
        rows.append(row)
    return Document("service_requests", rows)


def draw_sent(number: str, notice: str) -> Document:
    """Return the answer to who sent a report: its number at once, never a token."""
    return Document("service_requests", [{"service_request_id": number, "service_notice": notice, "account_id": None}])


def draw_token(number: str) -> Document:
    """Return what became of a token: here the number is the token, since it is known at once."""
    return Document("service_requests", [{"service_request_id": number, "token": number}])


def _request(report: PublicReport, drawing: Drawing) -> dict[str, Value]:
    service = drawing.services.get(report.category)
    photo = report.photos[0] if report.photos else None
    status = RequestStatus.OPEN if report.is_open else RequestStatus.CLOSED
    closed: datetime | None = None if report.is_open else report.closed_at
    return {
        "service_request_id": report.number,
        "status": status.value,
        "status_notes": _status_notes(report, drawing.language),
        "service_name": service.name.in_language(drawing.language) if service is not None else None,
        "service_code": code_of(report.category),
        "description": report.text or None,
        "agency_responsible": _name(report.agency, drawing.language),
        "service_notice": None,
        "requested_datetime": write_time(report.requested_at, drawing.zone),
        "updated_datetime": write_time(closed or report.updated_at, drawing.zone),
        "expected_datetime": write_time(report.expected_at, drawing.zone),
        "address": report.address or _name(report.area, drawing.language),
        "address_id": None,
        "zipcode": None,
        "lat": report.latitude,
        "long": report.longitude,
        "media_url": None if photo is None else f"{drawing.base}/reports/{report.number}/photos/{photo}",
    }


def _status_notes(report: PublicReport, language: str) -> str:
    if report.master is not None:
        return say("open311.duplicate_of", language, number=report.master)
    return report.answer or say(f"status.{report.status}", language)


def _extensions(report: PublicReport, notes: Sequence[ReportNote], drawing: Drawing) -> dict[str, Value]:
    drawn = [
        {
            "datetime": write_time(note.at, drawing.zone),
            "summary": say(f"note.{note.act}", drawing.language),
            "description": None,
            "type": NOTE_TYPES.get(note.act, "activity"),
        }
        for note in notes
    ]
    facts = {"status": UPDATE_STATUSES[report.status], "area": _name(report.area, drawing.language)}
    return {"extended_attributes": facts, "notes": drawn}


def _name(names: Names | None, language: str) -> str | None:
    return None if names is None else names.in_language(language)
