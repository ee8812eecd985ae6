"""What reaches Dash: only what a page of ours may send. Dash answers all else as a fault of the server."""

from http import HTTPStatus

from dash.exceptions import PreventUpdate
from dash.fingerprint import check_fingerprint
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from cityops.web.request_bodies import read_body, with_body
from cityops.web.uploads import FormMalformed
from dashboard.requests.callback_requests import read_call
from dashboard.ui.dash_app import Shell
from dashboard.ui.refusal_page import as_page
from dashboard.web.refusals import answer, fault

UPDATE = "/_dash-update-component"
SUITES = "/_dash-component-suites/"
UNUSED = ("/_reload-hash", "/_dash-ws-callback")  # for development, and for callbacks over a WebSocket: none of ours


class DashBorder:
    """Middleware before Dash's own: refuses what is malformed, and what Dash serves that no page here needs."""

    def __init__(self, app: ASGIApp, *, shell: Shell) -> None:
        self._app = app
        self._shell = shell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = scope.get("path", "")
        if path in UNUSED or (path.startswith(SUITES) and not self._has_file(path.removeprefix(SUITES))):
            await _say_unknown(scope, receive, send)
        elif path == UPDATE and scope["type"] == "http" and scope["method"] == "POST":
            await self._call(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not Headers(scope=scope).get("content-type", "").startswith("application/json"):
            await answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON as application/json.")(scope, receive, send)
            return
        try:
            body = read_call(await read_body(receive), self._shell.callback_map)
        except FormMalformed as refused:
            await answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused))(scope, receive, send)
            return
        await self._app(scope, with_body(body, receive), send)

    def _has_file(self, path: str) -> bool:
        package, _, name = path.partition("/")
        file, _ = check_fingerprint(name)  # type: ignore[no-untyped-call]
        return file in self._shell.registered_paths.get(package, ())


class LoggedFaults:
    """Middleware behind Dash's own, which would answer a fault and say nothing of it anywhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; what fails is logged, and answered where that still can be."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except PreventUpdate:  # a callback's way to say that nothing changes; Dash knows it
            raise
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await as_page(Request(scope), fault(scope["path"], error))(scope, receive, send)


async def _say_unknown(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close()
    else:
        await answer(HTTPStatus.NOT_FOUND)(scope, receive, send)
