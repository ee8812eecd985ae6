"""The one form in which a request is refused: `{"error": …, "message": …}`, whatever refused it."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from cityops.storage import BadData, StorageError
from cityops.web.uploads import FormMalformed
from cityops.web.worker_pool import RETRY_AFTER, PoolFull
from dashboard.limits.turns import TooManyAtOnce
from dashboard.requests.idempotency import KeyReused, KeyWithdrawn
from dashboard.web.request_context import Forbidden

logger = logging.getLogger(__name__)

_NAMES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "unknown",
    HTTPStatus.METHOD_NOT_ALLOWED: "wrong_method",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.SERVICE_UNAVAILABLE: "storage",
}
_MESSAGES = {
    HTTPStatus.UNAUTHORIZED: "You are not logged in. Log in, or send a valid token as Authorization: Bearer TOKEN.",
    HTTPStatus.FORBIDDEN: "This is not open to you. Ask a supervisor for the right, or open it from this site itself.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many ask at the same time. Try again after the seconds in Retry-After.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database is away. Try again in a moment.",
}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# A time whose + became a space on the way, as in every address in which it is not written %2B.
_LOST_PLUS = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d(?::?\d\d)?)", re.ASCII)


Handler = Callable[[Request, Exception], Awaitable[Response]]
Draw = Callable[[Request, Response], Response]


class Problem(BaseModel):
    """Why a request was refused. `winner` is who acted on the alert first."""

    error: str
    message: str
    winner: str | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (401, 403, 413, 422, 429, 503)}


def give_back_plus(text: object) -> object:
    """Return a time as it was meant: `…T08:00:00 08:00` is east of Greenwich, since - stays what it is."""
    return _LOST_PLUS.sub(r"\1+\2", text) if isinstance(text, str) and _LOST_PLUS.fullmatch(text) else text


def _in_reach(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"expected a time from {EARLIEST.year} to {LATEST.year - 1}")
    return moment


# A time that somebody gives. Near the ends of the calendar no zone and no span can be reckoned with.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, AfterValidator(_in_reach)]
QueryTime = Annotated[Moment, BeforeValidator(give_back_plus)]  # one in an address


def answer(status: HTTPStatus, message: str = "", *, error: str = "") -> JSONResponse:
    """Return a refusal in the documented form; without words, in those that its status has."""
    text = message or _MESSAGES.get(status, f"{status.phrase}.")
    headers = {"Retry-After": str(RETRY_AFTER)} if status is HTTPStatus.TOO_MANY_REQUESTS else None
    return JSONResponse({"error": error or _NAMES.get(status, "refused"), "message": text}, status, headers)


def _as_it_is(_: Request, refused: Response) -> Response:
    return refused


def install(server: FastAPI, *, draw: Draw = _as_it_is) -> None:
    """Give every refusal of a server the one form, and each unknown address below /api an answer. Call it last.

    `draw` makes a page of a refusal where a person asked for one.
    """
    for kind, say in _HANDLERS.items():
        server.add_exception_handler(kind, _drawn(say, draw))
    for path in ("/api", "/api/{rest:path}"):
        server.add_api_route(path, _say_unknown, methods=_METHODS, include_in_schema=False)


def _drawn(say: Handler, draw: Draw) -> Handler:
    async def answered(request: Request, error: Exception) -> Response:
        return draw(request, await say(request, error))

    return answered


async def _say_unknown(request: Request) -> Response:
    """Answer for an address that nobody serves: a page would tell a program that all is well."""
    routes = [route for route in request.app.routes if getattr(route, "endpoint", None) is not _say_unknown]
    known = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
    if not known:
        return answer(HTTPStatus.NOT_FOUND)
    allowed = ", ".join(sorted({method for route in known for method in getattr(route, "methods", None) or ()}))
    refused = answer(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not served here. Use {allowed}.")
    refused.headers["Allow"] = allowed
    return refused


async def _say_forbidden(_: Request, error: Exception) -> Response:
    return answer(HTTPStatus.FORBIDDEN, str(error))


async def _say_malformed(_: Request, error: Exception) -> Response:
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


async def _say_busy(_: Request, error: Exception) -> Response:
    return answer(HTTPStatus.TOO_MANY_REQUESTS, str(error))


async def _say_reused(_: Request, error: Exception) -> Response:
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), error="key_reused")


async def _say_withdrawn(_: Request, error: Exception) -> Response:
    return answer(HTTPStatus.CONFLICT, str(error), error="withdrawn")


async def _say_storage(request: Request, error: Exception) -> Response:
    """Say which side is at fault: a value that no database holds, or a database that is away.

    What the server said of itself, such as its name and port, stands in the log alone.
    """
    if isinstance(error, BadData):
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, error.public, error="bad_value")
    logger.warning("the database failed at a request: %s", error, extra={"action": "request", "path": request.url.path})
    public = error.public if isinstance(error, StorageError) else ""
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, public)


async def _say_invalid(_: Request, error: Exception) -> Response:
    """Say what does not fit, without repeating it: JSON has no word for every number that a body may hold."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems]
    in_address = [one for one in problems if one["loc"][:1] == ("query",) and "time" in one["type"]]
    hint = " In an address the + of a time zone is written %2B." if in_address else ""
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, f"{'; '.join(told)}. Correct it and ask again.{hint}")


async def _say_http(_: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    said = error.detail if isinstance(error, HTTPException) and error.detail != status.phrase else ""
    return answer(status, said)


async def _say_failure(request: Request, error: Exception) -> Response:
    return fault(request.url.path, error)


def fault(path: str, error: Exception) -> Response:
    """Log a fault of the server, and return the answer for it. No fault is answered without a line in the log."""
    logger.error("request failed", extra={"action": "request", "path": path}, exc_info=error)
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The server failed at this; its log says why. Tell who runs it.",
        error="fault",
    )


_HANDLERS: Mapping[type[Exception], Handler] = {
    Forbidden: _say_forbidden,
    TooManyAtOnce: _say_busy,
    FormMalformed: _say_malformed,
    KeyReused: _say_reused,
    KeyWithdrawn: _say_withdrawn,
    StorageError: _say_storage,
    PoolFull: _say_busy,
    RequestValidationError: _say_invalid,
    HTTPException: _say_http,
    Exception: _say_failure,
}
