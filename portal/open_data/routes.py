"""The routes of the catalogue for programs: `/data.json`, `/dcat.jsonld`, and the actions of CKAN."""

import json
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.context import portal_of
from portal.open_data.ckan import answer
from portal.open_data.dcat_ap import write_dcat_ap
from portal.open_data.dcat_us import write_dcat_us
from portal.open_data.errors import ActionError, ActionRefused, PackageUnknown
from portal.open_data.site import Site
from portal.rendering import language_in
from portal.store.data_sets import read_open_sets
from portal.texts import say
from portal.web.allowances import AllowanceKind
from portal.web.faults import answer_page_fault
from portal.web.rooms import RequestRefusal, Room

KEEP = 10  # seconds: that long a set may still be told of that was withdrawn; its data are not given
JSON_LD = "application/ld+json"


def site_of(request: Request) -> Site:
    """Return what catalogues say of this site."""
    settings = request.app.state.settings
    language = language_in(request.scope, settings)
    base = str(request.base_url).rstrip("/")
    return Site(base, say("data.catalogue", language), language, settings.open_data_contact or "")


async def show_dcat_us(request: Request) -> Response:
    """The catalogue in DCAT-US 1.1."""
    sets = await portal_of(request).read(read_open_sets)
    return _kept(write_dcat_us(sets, site_of(request)), "application/json")


async def show_dcat_ap(request: Request) -> Response:
    """The catalogue in DCAT-AP 3."""
    sets = await portal_of(request).read(read_open_sets)
    publisher, description = ({one: say(f"data.{key}", one) for one in ("zh", "en")} for key in ("catalogue", "about"))
    document = write_dcat_ap(sets, site_of(request), publisher=publisher, description=description)
    return _kept(document, JSON_LD)


async def act(request: Request) -> Response:
    """An action of CKAN; parameters in the address, as JSON, or as a form."""
    action = request.path_params["action"]
    envelope: dict[str, Any] = {"help": f"{site_of(request).base}/data#programs"}
    try:
        asked = await _asked(request)
        sets = await portal_of(request).read_open(read_open_sets)
        document = envelope | {"success": True, "result": answer(action, sets, site_of(request), asked)}
    except ActionError as error:
        return JSONResponse(envelope | {"success": False, "error": error.told}, error.status)
    return _kept(document, "application/json") if request.method == "GET" else JSONResponse(document)


async def _asked(request: Request) -> dict[str, Any]:
    """Return the parameters of an action. Raises ActionRefused."""
    asked: dict[str, Any] = dict(request.query_params)
    if request.method == "POST" and (body := await request.body()):
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ActionRefused("body", "The body is no JSON") from error
        if not isinstance(sent, dict):
            raise ActionRefused("body", "The body is no JSON object")
        asked |= sent
    return asked


def refuse(_: Request, refusal: RequestRefusal) -> Response:
    """Return a refusal as clients of CKAN know it."""
    kind = PackageUnknown.kind if refusal.status is HTTPStatus.NOT_FOUND else refusal.status.phrase
    error = {"__type": kind, "message": refusal.words}
    return JSONResponse({"success": False, "error": error}, refusal.status)


def _kept(document: Any, media_type: str) -> Response:
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    headers = {"Cache-Control": f"public, max-age={KEEP}"}
    return Response(content, HTTPStatus.OK, headers, media_type=media_type)


ROUTES = [
    Route("/data.json", show_dcat_us),
    Route("/dcat.jsonld", show_dcat_ap),
    Route("/api/action/{action}", act, methods=["GET", "POST"]),
    Route("/api/3/action/{action}", act, methods=["GET", "POST"]),
]
NOTHING = {HTTPStatus.NOT_FOUND: "There is nothing at this address. GET /data says what there is."}
ROOMS = (
    Room("/data.json", answer_page_fault, is_open=True),
    Room("/dcat.jsonld", answer_page_fault, is_open=True),
    Room("/api/", refuse, words=NOTHING, is_open=True, is_searched=False, limit=AllowanceKind.OPEN),
)
