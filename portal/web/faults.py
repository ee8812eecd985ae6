"""How a request is answered that went wrong: a page for people, and for programs in the form of their room."""

import logging
import math
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cityops.settings import Settings
from cityops.storage import BadData, StorageError
from cityops.web.uploads import FormMalformed
from cityops.web.worker_pool import RETRY_AFTER, PoolFull
from portal import metrics
from portal.rendering import answer_page, language_in
from portal.texts import load_texts, say
from portal.web.rooms import RequestRefusal, Room, Rooms

logger = logging.getLogger(__name__)


class Refusals:
    """Makes the answers of one application, in front of its routes as behind them."""

    def __init__(self, server: Starlette) -> None:
        self._server = server

    def __call__(self, status: HTTPStatus, words: str, *, wait: float = 0.0) -> ASGIApp:
        """Return the answer that refuses a request; `words` in English, for programs."""

        async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request({**scope, "app": self._server})
            await answer_fault(request, status, words, wait=wait)(scope, receive, send)

        return refuse


def answer_fault(request: Request, status: HTTPStatus, words: str, *, wait: float = 0.0) -> Response:
    """Return the answer: for programs the words in English, for people those of the catalogue."""
    refusal = RequestRefusal(status, words, math.ceil(wait) if wait else RETRY_AFTER)
    response = _room(request).refuse(request, refusal)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def answer_page_fault(request: Request, refusal: RequestRefusal) -> Response:
    """Return the answer as a page, which says the same in the words of the catalogue."""
    settings: Settings = request.app.state.settings
    language = language_in(request.scope, settings)
    key = f"fault.{refusal.status.value}"
    words = say(key if key in load_texts() else "fault.400", language, wait=refusal.wait)
    title = say("fault.title", language)
    return answer_page(request, "fault.html", title=title, status=refusal.status, words=words)


def install(server: Starlette, rooms: Rooms) -> None:
    """Have every exception of a route answered, and each room's faults in its form."""
    server.state.rooms = rooms
    for room in rooms:
        for kind, answer in room.errors.items():
            server.add_exception_handler(kind, answer)
    server.add_exception_handler(HTTPException, _say_http)
    server.add_exception_handler(FormMalformed, _say_malformed)
    server.add_exception_handler(PoolFull, _say_busy)
    server.add_exception_handler(StorageError, _say_storage)
    server.add_exception_handler(Exception, _say_failure)


def _room(request: Request) -> Room:
    rooms: Rooms = request.app.state.rooms
    return rooms.of(request.url.path)


async def _say_http(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    room = _room(request)
    usual = f"{status.phrase}. Read docs/reference/{room.reference}.md."
    response = answer_fault(request, status, room.words.get(status, usual))
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


async def _say_malformed(request: Request, error: Exception) -> Response:
    return answer_fault(request, HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


async def _say_busy(request: Request, _: Exception) -> Response:
    return answer_fault(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "Too many ask at the same time. Try again in a moment."
    )


async def _say_storage(request: Request, error: Exception) -> Response:
    """Say which side is at fault. What the server said of itself, such as its name, stands in the log alone."""
    if isinstance(error, BadData):
        logger.warning("a value was refused: %s", error, extra={"action": "request", "path": request.url.path})
        return answer_fault(request, HTTPStatus.BAD_REQUEST, "A value cannot be stored. Correct it and try again.")
    metrics.FAILED_READS.inc()
    logger.warning("the database failed at a request: %s", error, extra={"action": "request"})
    return answer_fault(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "The data cannot be reached just now. Try again later."
    )


async def _say_failure(request: Request, error: Exception) -> Response:
    logger.error("request failed", extra={"action": "request", "path": request.url.path}, exc_info=error)
    words = "The server failed at this; its log says why. Try again later."
    return answer_fault(request, HTTPStatus.INTERNAL_SERVER_ERROR, words)
