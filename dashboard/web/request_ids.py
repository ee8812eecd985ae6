"""Requests that name themselves by the header `Idempotency-Key`: read here, so that every act finds it in its visit."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from cityops.web.request_bodies import read_body, with_body
from dashboard.requests.idempotency import HEADER, KeyRefused, RequestId
from dashboard.web.headers import SAFE_METHODS
from dashboard.web.refusals import answer
from dashboard.web.request_context import current

KEY_WORDS = (
    "A name of this request, new for each act, such as a UUID. Sent again with the same name and body within 24 hours, "
    "it does nothing again and is answered as the first time."
)


def _describe(key: Annotated[str | None, Header(alias=HEADER, description=KEY_WORDS)] = None) -> None:
    """Have the header described in openapi.json; the middleware reads it."""


ACT = [Depends(_describe)]  # the dependencies of every route that is an act


def is_act(route: object) -> bool:
    """Whether a route is an act, which answers a request that comes again without doing it again."""
    return any(one in (getattr(route, "dependencies", None) or ()) for one in ACT)


class RequestIds:
    """Middleware behind `RequestBodies`, which hands it the whole body in one message."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        here = current.get()
        key = Headers(scope=scope).get(HEADER) if scope["type"] == "http" else None
        if here is None or key is None or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        body = await read_body(receive)
        try:
            request = RequestId.read(key, scope["method"], scope["path"], body)
        except KeyRefused as refused:
            await answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused), error="key_refused")(scope, receive, send)
            return
        reset = current.set(replace(here, request=request))
        try:
            await self._app(scope, with_body(body, receive), send)
        finally:
            current.reset(reset)
