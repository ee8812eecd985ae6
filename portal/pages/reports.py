"""What became of reports: of everybody's what is public, of one's own by its code what one wrote, too."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl, quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cityops.areas import name_in
from cityops.clock import utc_now
from portal import metrics
from portal.city.reader import PublicCity
from portal.context import Portal, portal_of
from portal.rendering import answer_page, clock_words, language_in
from portal.reports.public import PublicReport, ReportNote, course_of
from portal.reports.query import RequestQuery
from portal.reports.services import by_category
from portal.store.reports import find_own, find_reports, public_photo, read_notes
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_fault
from portal.web.reading_limits import TOO_OFTEN, network_in

KEEP, KEEP_PHOTO = 5, 3600  # seconds
RECENT = 20
SPAN = timedelta(days=90)
LONGEST_FORM = 2_000  # bytes


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


async def list_reports(request: Request) -> Response:
    """The newest reports, and where to look one up."""
    return await _list(request, keep=KEEP)


async def look_up(request: Request) -> Response:
    """The page of a report that somebody names; with its code, what its sender wrote. The code stands in no address."""
    body = await request.body()
    given = dict(parse_qsl(body[:LONGEST_FORM].decode(errors="replace")))
    number, code = given.get("number", "").strip().upper()[:24], given.get("code", "").strip()
    if code:
        return await _look_up_own(request, number, code)
    if await _find(portal_of(request), number) is None:
        return await _list(request, unknown=True, number=number, status=HTTPStatus.NOT_FOUND)
    lang = request.query_params.get("lang")
    suffix = f"?lang={quote(lang)}" if lang else ""
    return RedirectResponse(f"/reports/{quote(number)}{suffix}", HTTPStatus.SEE_OTHER)


async def _look_up_own(request: Request, number: str, code: str) -> Response:
    portal = portal_of(request)
    wait = portal.allowances.take(AllowanceKind.CODE, network_in(request.scope), now=time.monotonic())
    if wait:
        metrics.LIMITED.labels(AllowanceKind.CODE).inc()
        return answer_fault(request, HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, wait=wait)
    own = await portal.read(partial(find_own, number=number, code=code))
    if own is not None:
        return await _show(request, own.report, own.notes, own=own.said)
    found = await _find(portal, number)
    if found is None:
        return await _list(request, unknown=True, number=number, status=HTTPStatus.NOT_FOUND)
    notes = await portal.read(partial(read_notes, numbers=[number]))
    return await _show(request, found, notes, wrong_code=True)


async def show_report(request: Request) -> Response:
    """What is public of a report."""
    found = await _find(portal_of(request), request.path_params["number"])
    if found is None:
        raise HTTPException(404)
    notes = await portal_of(request).read(partial(read_notes, numbers=[found.number]))
    return await _show(request, found, notes, keep=KEEP)


async def show_photo(request: Request) -> Response:
    """A photograph that a person passed."""
    number, place = request.path_params["number"], request.path_params["place"]
    found = await portal_of(request).read(partial(public_photo, number=number, place=place))
    if found is None:
        raise HTTPException(404)
    kind, content = found
    headers = {"Cache-Control": f"public, max-age={KEEP_PHOTO}", "Content-Disposition": "inline"}
    return Response(content, media_type=kind, headers=headers)


async def _find(portal: Portal, number: str) -> PublicReport | None:
    found = await portal.read(partial(find_reports, query=RequestQuery(numbers=(number,))))
    return found[0] if found else None


async def _list(
    request: Request, *, unknown: bool = False, number: str = "", status: int = HTTPStatus.OK, keep: int = 0
) -> Response:
    portal, language, now = portal_of(request), language_in(request.scope, request.app.state.settings), utc_now()
    city = await portal.city.newest()
    query = RequestQuery(since=now - SPAN, until=now, most=RECENT)
    reports = await portal.read(partial(find_reports, query=query))
    return answer_page(
        request,
        "reports.html",
        title=say("reports.title", language),
        status=status,
        keep=keep,
        unknown=unknown,
        number=number,
        recent=[draw_report(one, (), city, language, portal) for one in reports],
    )


async def _show(
    request: Request,
    report: PublicReport,
    notes: Sequence[ReportNote],
    *,
    own: str | None = None,
    wrong_code: bool = False,
    keep: int = 0,
) -> Response:
    portal, language = portal_of(request), language_in(request.scope, request.app.state.settings)
    city = await portal.city.newest()
    view = draw_report(report, notes, city, language, portal)
    return answer_page(
        request,
        "one.html",
        title=view.service,
        keep=keep,
        report=view,
        number=report.number,
        own=own,
        wrong_code=wrong_code,
    )


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


ROUTES = [
    Route("/reports", list_reports),
    Route("/reports", look_up, methods=["POST"]),
    Route("/reports/{number}", show_report),
    Route("/reports/{number}/photos/{place:int}", show_photo),
]
