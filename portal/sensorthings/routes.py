"""The addresses of SensorThings: `/v1.1` and all below it, to be read."""

from functools import partial
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cityops.clock import utc_now
from cityops.storage import BadData, Transaction
from cityops.storage.errors import LimitReached
from portal.context import portal_of
from portal.sensorthings.answers import BASE, answer_error
from portal.sensorthings.conformance import root_document
from portal.sensorthings.errors import SensorThingsError, bad
from portal.sensorthings.query.options import Form
from portal.sensorthings.service import JSON, Answer, Question, answer, read_question
from portal.sensorthings.streams import stream_history, wants_history
from portal.store.open_data import limit_time
from portal.web.allowances import AllowanceKind
from portal.web.rooms import RequestRefusal, Room

KEEP_ROOT = 60  # seconds
TOO_LONG = "The answer takes too long to find. Narrow it by phenomenonTime, or ask for one Datastream."
OUT_OF_RANGE = "A value in the query is out of the range in which the database can count."


async def show_root(request: Request) -> Response:
    """What there is, and what of the standard is met."""
    settings = portal_of(request).settings
    broker = settings.open_mqtt_endpoint if settings.open_mqtt_url is not None else None
    body = msgspec.json.encode(root_document(_base(request), broker=broker))
    return Response(body, headers={"Cache-Control": f"public, max-age={KEEP_ROOT}"}, media_type=JSON)


async def show_resource(request: Request) -> Response:
    """A set, an entity, a property of one, or links."""
    question = read_question(request.path_params["path"], request.url.query, base=_base(request))
    if question.options.form is Form.CSV and wants_history(question):
        return await stream_history(portal_of(request), question)
    found = await _ask(request, question)
    return Response(found.body, media_type=found.media_type)


async def _ask(request: Request, question: Question) -> Answer:
    try:
        return await portal_of(request).read_open(partial(_answer, question=question))
    except LimitReached as error:
        raise bad(TOO_LONG) from error
    except BadData as error:
        raise bad(OUT_OF_RANGE) from error


def _answer(tx: Transaction, question: Question) -> Answer:
    limit_time(tx)
    return answer(tx, question, now=utc_now())


def refuse(_: Request, refusal: RequestRefusal) -> Response:
    """Return a refusal as clients of SensorThings know it."""
    return answer_error(SensorThingsError(refusal.status, refusal.words))


async def say_error(_: Request, error: Exception) -> Response:
    """Answer what a question of SensorThings asks wrongly."""
    assert isinstance(error, SensorThingsError)  # noqa: S101  (it is installed for these)
    return answer_error(error)


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}{BASE}"


ROUTES = [Route(BASE, show_root), Route(f"{BASE}/", show_root), Route(f"{BASE}/{{path:path}}", show_resource)]
READ_ONLY = {HTTPStatus.METHOD_NOT_ALLOWED: "SensorThings is read here: GET and HEAD are what there is."}
ROOMS = (
    Room(
        BASE,
        refuse,
        {SensorThingsError: say_error},
        READ_ONLY,
        is_open=True,
        is_searched=False,
        limit=AllowanceKind.OPEN,
    ),
)
