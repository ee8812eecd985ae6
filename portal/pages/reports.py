"""What became of reports: of everybody's what is public, of one's own by its code what one wrote, too."""

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qsl, quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cityops.clock import utc_now
from portal import metrics
from portal.context import Portal, portal_of
from portal.pages.report_view import draw_report
from portal.rendering import answer_page, language_in
from portal.reports.public import PublicReport, ReportNote
from portal.reports.query import RequestQuery
from portal.store.reports import find_own, find_reports, public_photo, read_notes
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_fault
from portal.web.reading_limits import TOO_OFTEN, network_in

KEEP, KEEP_PHOTO = 5, 3600  # seconds
RECENT = 20
SPAN = timedelta(days=90)
LONGEST_FORM = 2_000  # bytes


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


ROUTES = [
    Route("/reports", list_reports),
    Route("/reports", look_up, methods=["POST"]),
    Route("/reports/{number}", show_report),
    Route("/reports/{number}/photos/{place:int}", show_photo),
]
