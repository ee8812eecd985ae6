"""How a request is answered that went wrong: a page for people, a list of faults for programs of Open311."""

import logging
import math
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cityops.settings import Settings
from cityops.storage import BadData, StorageError
from cityops.web.uploads import Malformed
from cityops.web.worker_pool import RETRY_AFTER, PoolFull
from portal import metrics
from portal.open311.answers import answer_faults, format_in
from portal.open311.errors import GeoReportError
from portal.rendering import answer_page, language_in
from portal.sensorthings import answers as sensorthings
from portal.sensorthings.errors import SensorThingsError
from portal.texts import load_texts, say

logger = logging.getLogger(__name__)
PROGRAMS = "/open311/"
CKAN = "/api/"
CHANNELS = "/hooks/"
UNKNOWN_PATH = "There is nothing at this address. GET {} says what there is."


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
    seconds = math.ceil(wait) if wait else RETRY_AFTER
    if sensorthings.is_ours(request.url.path):
        response: Response = sensorthings.answer_error(SensorThingsError(status, words))
    elif request.url.path.startswith(PROGRAMS):
        response = answer_faults(format_in(request.url.path), GeoReportError(status, [words]))
    elif request.url.path.startswith(CHANNELS):
        response = JSONResponse({"error": status.name.lower(), "words": words}, status)
    elif request.url.path.startswith(CKAN):
        kind = "Not Found Error" if status is HTTPStatus.NOT_FOUND else status.phrase
        response = JSONResponse({"success": False, "error": {"__type": kind, "message": words}}, status)
    else:
        settings: Settings = request.app.state.settings
        language = language_in(request.scope, settings)
        key = f"fault.{status.value}" if f"fault.{status.value}" in load_texts() else "fault.400"
        title = say("fault.title", language)
        response = answer_page(
            request, "fault.html", title=title, status=status, words=say(key, language, wait=seconds)
        )
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = str(seconds)
    return response


def install(server: Starlette) -> None:
    """Have every exception of a route answered."""
    server.add_exception_handler(GeoReportError, _say_geo_report)
    server.add_exception_handler(SensorThingsError, _say_sensor_things)
    server.add_exception_handler(HTTPException, _say_http)
    server.add_exception_handler(Malformed, _say_malformed)
    server.add_exception_handler(PoolFull, _say_busy)
    server.add_exception_handler(StorageError, _say_storage)
    server.add_exception_handler(Exception, _say_failure)


async def _say_geo_report(request: Request, error: Exception) -> Response:
    assert isinstance(error, GeoReportError)  # noqa: S101  (it is installed for these)
    return answer_faults(format_in(request.url.path), error)


async def _say_sensor_things(_: Request, error: Exception) -> Response:
    assert isinstance(error, SensorThingsError)  # noqa: S101  (it is installed for these)
    return sensorthings.answer_error(error)


async def _say_http(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    is_unknown = status is HTTPStatus.NOT_FOUND
    words = _unknown(request.url.path) if is_unknown else f"{status.phrase}. Read docs/reference/open311.md."
    if sensorthings.is_ours(request.url.path):
        words = "SensorThings is read here: GET and HEAD are what there is."
    response = answer_fault(request, status, words)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _unknown(path: str) -> str:
    return UNKNOWN_PATH.format("/data" if path.startswith(CKAN) else "/open311/v2/discovery.xml")


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
