"""What became of a report in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cityops.areas import name_in
from portal.city.reader import PublicCity
from portal.context import Portal
from portal.rendering import clock_words
from portal.reports.public import PublicReport, ReportNote, course_of
from portal.reports.services import by_category
from portal.texts import say


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One step in words."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report in words. `facts`: pairs of a key of the section [reports] and what is known."""

    number: str
    service: str
    area: str
    state: str
    status: str
    requested_at: datetime
    master: str | None
    facts: Sequence[tuple[str, str]]
    text: str
    answer: str
    photos: Sequence[str]
    notes: Sequence[NoteLine]


def draw_report(
    report: PublicReport, notes: Sequence[ReportNote], city: PublicCity, language: str, portal: Portal
) -> ReportView:
    """Return a report in words."""
    service = by_category(city.services).get(report.category)
    zone = portal.settings.zone
    area = report.area.in_language(language) if report.area is not None else _district(report, city, language)
    facts = [("when", clock_words(report.requested_at, zone, language))]
    facts.append(("updated", clock_words(report.updated_at, zone, language)))
    if report.closed_at is not None:
        facts.append(("closed", clock_words(report.closed_at, zone, language)))
    elif report.expected_at is not None:
        facts.append(("expected", clock_words(report.expected_at, zone, language)))
    if report.agency is not None:
        facts.append(("agency", report.agency.in_language(language)))
    if report.address or area:
        place = report.address or area
        rough = service is not None and service.is_personal
        facts.append(("place", f"{place} ({say('reports.place_rough', language)})" if rough else place))
    return ReportView(
        report.number,
        service.name.in_language(language)
        if service is not None
        else report.category or say("reports.question", language),
        area,
        "open" if report.is_open else "closed",
        say(f"status.{report.status}", language),
        report.requested_at,
        report.master,
        facts,
        report.text,
        report.answer,
        [f"/reports/{report.number}/photos/{place}" for place in report.photos],
        [NoteLine(note.at, say(f"note.{note.act}", language)) for note in course_of(report, notes)],
    )


def _district(report: PublicReport, city: PublicCity, language: str) -> str:
    if report.longitude is None or report.latitude is None:
        return ""
    area = city.land.district_at(report.longitude, report.latitude)
    return name_in(area, language) if area is not None else ""
