"""The addresses of GeoReport v2. Each ends in its format."""

import time
from functools import partial
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from citizens.reports import Channel
from cityops.accounts.tokens import token_hash
from cityops.clock import utc_now
from cityops.web.hosts import name_in
from cityops.web.texts import LANGUAGES
from portal import metrics
from portal.context import Portal, portal_of
from portal.open311.answers import (
    KEEP_DESCRIPTION,
    KEEP_LISTS,
    KEEP_REQUESTS,
    answer_document,
    answer_faults,
    format_in,
)
from portal.open311.discovery import draw_discovery
from portal.open311.documents import Document
from portal.open311.errors import GeoReportError, forbidden, invalid, unknown
from portal.open311.parameters import read_query
from portal.open311.request_form import read_sent
from portal.open311.request_updates import draw_updates
from portal.open311.requests import Drawing, draw_requests, draw_sent, draw_token
from portal.open311.service_codes import category_of
from portal.open311.services import CONDITION, draw_definition, draw_services
from portal.reports.intake import Faulty, FieldFault, read_draft
from portal.reports.services import by_category
from portal.reports.submission import Sender, submit
from portal.store.reports import find_notes, find_reports, read_notes
from portal.store.services import find_program
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.rooms import RequestRefusal, Room

BASE = "/open311/v2"
DESCRIPTION = (Path(__file__).parent / "openapi.json").read_bytes()
MOST_UPDATES = 1_000


async def discover(request: Request) -> Response:
    """What this server offers."""
    _check(request)
    portal = portal_of(request)
    document = draw_discovery(base=_base(request), is_test=portal.settings.demo, language=_language(request))
    return _list(request, document)


async def describe(_: Request) -> Response:
    """All of these calls in the words of OpenAPI."""
    headers = {"Cache-Control": f"public, max-age={KEEP_DESCRIPTION}", "Content-Type": "application/json"}
    return Response(DESCRIPTION, headers=headers)


async def list_services(request: Request) -> Response:
    """What can be reported."""
    _check(request)
    city = await portal_of(request).city.newest()
    return _list(request, draw_services(city.services, _language(request)))


async def define_service(request: Request) -> Response:
    """The questions of a service."""
    _check(request)
    services = by_category((await portal_of(request).city.newest()).services)
    code = request.path_params["code"]
    service = services.get(category_of(code))
    if service is None:
        raise unknown(f"There is no service with the code {code}. GET services lists them.")
    return _list(request, draw_definition(service, _language(request)))


async def list_requests(request: Request) -> Response:
    """Reports, by many filters."""
    _check(request)
    portal = portal_of(request)
    query = read_query(request.query_params, now=utc_now(), zone=portal.settings.zone)
    services = by_category((await portal.city.newest()).services)
    reports = await portal.read(partial(find_reports, query=query))
    numbers = [one.number for one in reports]
    notes = await portal.read(partial(read_notes, numbers=numbers)) if query.extensions else None
    drawing = Drawing(services, _language(request), portal.settings.zone, _base(request))
    return answer_document(
        draw_requests(reports, drawing, notes=notes), format_in(request.url.path), keep=KEEP_REQUESTS
    )


async def show_request(request: Request) -> Response:
    """One report, as a list of one."""
    _check(request)
    number = request.path_params["number"]
    portal = portal_of(request)
    given = {"service_request_id": number, "extensions": request.query_params.get("extensions", "")}
    query = read_query(given, now=utc_now(), zone=portal.settings.zone)
    reports = await portal.read(partial(find_reports, query=query)) if query.numbers else []
    if len(reports) != 1:
        raise unknown(f"There is no request {number}. Check the number.")
    notes = await portal.read(partial(read_notes, numbers=[number])) if query.extensions else None
    services = by_category((await portal.city.newest()).services)
    drawing = Drawing(services, _language(request), portal.settings.zone, _base(request))
    return answer_document(
        draw_requests(reports, drawing, notes=notes), format_in(request.url.path), keep=KEEP_REQUESTS
    )


async def resolve_token(request: Request) -> Response:
    """The number behind a token. A report has its number at once, so no token was ever given: the number is taken."""
    _check(request)
    token, portal = request.path_params["token"], portal_of(request)
    query = read_query({"service_request_id": token}, now=utc_now(), zone=portal.settings.zone)
    reports = await portal.read(partial(find_reports, query=query)) if query.numbers else []
    if len(reports) != 1:
        raise unknown(f"There is no token {token}. Requests have their number at once.")
    return answer_document(draw_token(reports[0].number), format_in(request.url.path))


async def list_updates(request: Request) -> Response:
    """What was done about reports in a span: the last day unless told."""
    _check(request)
    portal, given = portal_of(request), request.query_params
    query = read_query(
        {name: given.get(name, "") for name in ("start_date", "end_date")}, now=utc_now(), zone=portal.settings.zone
    )
    notes = await portal.read(partial(find_notes, since=query.since, until=query.until, most=MOST_UPDATES))
    drawing = Drawing({}, _language(request), portal.settings.zone, _base(request))
    return answer_document(draw_updates(notes, drawing), format_in(request.url.path), keep=KEEP_REQUESTS)


async def refuse_update(request: Request) -> Response:
    """Updates are made by who handles a case, not by programs of others."""
    _check(request)
    raise forbidden("Updates are read here and not taken: what is done about a report follows from its case.")


async def post_request(request: Request) -> Response:
    """A report of a program that has a key."""
    portal, language = portal_of(request), _language(request)
    sent = await read_sent(request)
    _check_jurisdiction(request, sent.fields.get("jurisdiction_id", ""))
    program = await _program(portal, sent.fields.get("api_key", ""))
    city = await portal.city.newest()
    services = by_category(city.services)
    code = sent.fields.get("service_code", "").strip()
    if code and category_of(code) not in services:
        raise unknown("service_code: there is no service with this code. GET services lists them.")
    if sent.fields.get("address_id", "").strip():
        raise invalid("This city has no register of addresses. Send lat and long, or address_string.")
    chosen = sent.attributes.get(CONDITION, [""])
    try:
        draft = read_draft(
            sent.fields,
            services=services,
            category=category_of(code),
            district_at=city.land.district_at if city.land.shapes else None,
            photos=sent.files,
            condition=chosen[-1],
            language=language,
        )
    except Faulty as faulty:
        raise invalid(*(_words(fault) for fault in faulty.faults)) from faulty
    done = await submit(portal, draft, Sender(Channel.OPEN311, program))
    notices = [say("open311.notice" if done.is_new else "open311.repeated", language)]
    if done.dropped_contact:
        notices.append(say("open311.no_contact", language))
    separator = " " if language == "en" else ""
    return answer_document(draw_sent(done.number, separator.join(notices)), format_in(request.url.path))


async def _program(portal: Portal, key: str) -> str:
    """Return the name of the program that brings a key, within its allowance. Raises GeoReportError."""
    if not key.strip():
        raise forbidden("api_key is missing. Ask the operations centre for one.")
    name = await portal.read(partial(find_program, key_hash=token_hash(key.strip())))
    if name is None:
        raise forbidden("This api_key is not known here, or was revoked. Ask the operations centre for one.")
    wait = portal.allowances.take(AllowanceKind.PROGRAM, name, now=time.monotonic())
    if wait:
        metrics.LIMITED.labels(AllowanceKind.PROGRAM).inc()
        raise GeoReportError(HTTPStatus.TOO_MANY_REQUESTS, [f"Too many reports at once. Wait {wait:.1f} s."])
    return name


def _words(fault: FieldFault) -> str:
    """Return what is wrong, in English, with the parameter that is meant."""
    return f"{fault.name}: {say(fault.key, 'en', **fault.values)}"


def _check(request: Request) -> None:
    _check_jurisdiction(request, request.query_params.get("jurisdiction_id", ""))


def _check_jurisdiction(request: Request, name: str) -> None:
    """There is one jurisdiction here, by the name of this site: whoever gives another means another city."""
    if name.strip() and name.strip().lower() != name_in(request.headers.get("host", "")):
        raise unknown("This server has one jurisdiction. Leave jurisdiction_id out, or give the name of this site.")


def refuse(request: Request, refusal: RequestRefusal) -> Response:
    """Return a refusal as a list of faults."""
    return answer_faults(format_in(request.url.path), GeoReportError(refusal.status, [refusal.words]))


async def say_faults(request: Request, error: Exception) -> Response:
    """Answer what a call of GeoReport refuses."""
    assert isinstance(error, GeoReportError)  # noqa: S101  (it is installed for these)
    return answer_faults(format_in(request.url.path), error)


def _list(request: Request, document: Document) -> Response:
    return answer_document(document, format_in(request.url.path), keep=KEEP_LISTS)


def _language(request: Request) -> str:
    """Return the language of names: chosen by `lang`, else the city's; Accept-Language of programs means nothing."""
    chosen = request.query_params.get("lang")
    usual: str = request.app.state.settings.language
    return chosen if chosen in LANGUAGES else usual


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _both(path: str, endpoint: object, *, methods: tuple[str, ...] = ("GET",)) -> list[Route]:
    """Return the two addresses of a call."""
    return [Route(f"{BASE}{path}.{form}", endpoint, methods=list(methods)) for form in ("xml", "json")]  # type: ignore[arg-type]


ROUTES = [
    Route(f"{BASE}/openapi.json", describe),
    *_both("/discovery", discover),
    *[Route(f"/open311/discovery.{form}", discover) for form in ("xml", "json")],
    *_both("/services", list_services),
    *_both("/services/{code}", define_service),
    *_both("/requests", list_requests),
    *_both("/requests", post_request, methods=("POST",)),
    *_both("/requests/{number}", show_request),
    *_both("/request/{number}", show_request),  # as the OpenAPI description of GeoReport has it
    *_both("/tokens/{token}", resolve_token),
    *_both("/servicerequestupdates", list_updates),
    *_both("/servicerequestupdates", refuse_update, methods=("POST",)),
]
NOTHING = {HTTPStatus.NOT_FOUND: f"There is nothing at this address. GET {BASE}/discovery.xml says what there is."}
ROOMS = (Room("/open311/", refuse, {GeoReportError: say_faults}, NOTHING, "open311", is_open=True, is_searched=False),)
