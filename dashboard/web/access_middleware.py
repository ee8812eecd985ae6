"""Access control: plain ASGI middleware in front of everything, for HTTP and WebSockets alike."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from cityops.accounts.users import User
from cityops.scope import WHOLE
from cityops.storage import StorageError
from cityops.web import hosts
from cityops.web.texts import LANGUAGES
from cityops.web.worker_pool import RETRY_AFTER, PoolFull
from dashboard.web import cookies, headers, refusals
from dashboard.web.access_rules import (
    FOR_ADMINISTRATORS,
    FOR_CHANGE,
    FOR_DEPARTMENTS,
    FOR_PROGRAMS,
    FOR_WALLS,
    JSON_ANSWERS,
    OPEN,
    bearer_of,
    is_here,
    is_under,
    shows_a_person,
)
from dashboard.web.app_context import AppContext
from dashboard.web.request_context import LOG_IN_AGAIN, TRY_LATER, RequestContext, current
from dashboard.web.scoped_contexts import ScopedContexts
from dashboard.web.session_resolver import Visitors

ELSEWHERE = 4403

# Says to a person why they are not let in, in their language.
AtTheDoor = Callable[[Request, HTTPStatus, str], Response]


class Guard:
    """Lets a request through with its visit in the context, or answers it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        site: AppContext,
        sites: ScopedContexts,
        visitors: Visitors,
        script_hashes: Callable[[], Sequence[str]],
        say: AtTheDoor,
    ) -> None:
        self._app = app
        self._site = site
        self._visitors = visitors
        self._script_hashes = script_hashes
        self._sites = sites
        self._say = say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        send = self._with_headers(send, connection.url.path, scope.get("query_string", b""))
        try:
            refusal, user = await self._judge(connection)
            moved = await self._move(connection) if refusal is None else None
        except StorageError:
            refusal, user, moved = HTTPStatus.SERVICE_UNAVAILABLE, None, None
        except PoolFull:
            refusal, user, moved = HTTPStatus.TOO_MANY_REQUESTS, None, None
        if refusal is not None:
            await self._refuse(refusal, user, connection, receive, send)
        elif moved is not None:
            await moved(scope, receive, send)
        else:
            await self._let_in(user, connection, receive, send)

    async def _judge(self, connection: HTTPConnection) -> tuple[HTTPStatus | None, User | None]:
        """Return why this connection is refused, or None, and who it is."""
        path = connection.url.path
        misplaced = self._misplaced(connection)
        if misplaced is not None or is_under(path, OPEN):
            return misplaced, None
        token = bearer_of(connection)
        if is_under(path, FOR_DEPARTMENTS):
            is_known = token is not None and await self._visitors.is_department(token)
            return (None if is_known else HTTPStatus.UNAUTHORIZED), None
        if token is not None and path.startswith(FOR_PROGRAMS):
            user = await self._visitors.program(token)
            return (None, user) if user is not None else (HTTPStatus.UNAUTHORIZED, None)
        user = await self._visitors.user(connection.cookies.get(cookies.SESSION))
        if user is not None:
            return await self._judge_person(user, connection)
        scraped = path == "/metrics" and is_here(connection)
        open_to_walls = path in FOR_WALLS and await self._is_wall(connection)
        return (None if scraped or open_to_walls else HTTPStatus.UNAUTHORIZED), None

    def _misplaced(self, connection: HTTPConnection) -> HTTPStatus | None:
        """Return why nobody may send this, whoever it is: under a name that is not ours, or by another site."""
        if not hosts.is_ours(connection.headers.get("host", ""), self._site.settings.allowed_hosts or ()):
            return HTTPStatus.BAD_REQUEST
        unsafe = connection.scope["type"] == "websocket" or connection.scope["method"] not in headers.SAFE_METHODS
        elsewhere = (unsafe and headers.is_from_elsewhere(connection.headers)) or headers.is_download_from_elsewhere(
            connection.url.path, connection.headers
        )
        return HTTPStatus.FORBIDDEN if elsewhere else None

    async def _judge_person(self, user: User, connection: HTTPConnection) -> tuple[HTTPStatus | None, User | None]:
        path = connection.url.path
        if user.role.is_administrator and path != "/" and not is_under(path, FOR_ADMINISTRATORS):
            return HTTPStatus.FORBIDDEN, user
        if user.must_change and not is_under(path, FOR_CHANGE):
            return HTTPStatus.FORBIDDEN, user
        if shows_a_person(connection):
            await self._visitors.touch(connection.cookies.get(cookies.SESSION))
        return None, user

    async def _is_wall(self, connection: HTTPConnection) -> bool:
        if self._site.settings.wall_open:
            return True
        asked = connection.query_params.get("token") if connection.url.path == "/wall" else None
        return await self._visitors.is_wall(asked or connection.cookies.get(cookies.WALL))

    async def _move(self, connection: HTTPConnection) -> Response | None:
        """Take a token out of the address, where histories and logs would keep it, and put it in a cookie."""
        query = connection.query_params
        if connection.scope["type"] != "http" or connection.url.path != "/wall" or "token" not in query:
            return None
        rest = urlencode([(name, value) for name, value in query.multi_items() if name != "token"])
        response = RedirectResponse("/wall" + (f"?{rest}" if rest else ""), HTTPStatus.SEE_OTHER)
        token = query["token"]
        if await self._visitors.is_wall(token):  # only what we made ourselves goes into a cookie
            cookies.set_cookie(response, cookies.WALL, token, settings=self._site.settings, seconds=cookies.YEAR)
        return response

    async def _let_in(self, user: User | None, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        chosen = connection.query_params.get("lang")
        if chosen in LANGUAGES and connection.scope["type"] == "http":
            send = self._with_language(send, chosen)

        async def may_stay() -> bool:
            try:
                return (await self._judge(connection))[0] is None
            except (StorageError, PoolFull):
                return True  # nobody can know: whoever is in stays in

        async with self._sites.lend(user.scope if user is not None else WHOLE) as site:
            reset = current.set(RequestContext(site, user, self._language(connection), _origin(connection), may_stay))
            try:
                await self._app(connection.scope, receive, send)
            finally:
                current.reset(reset)

    async def _refuse(
        self, status: HTTPStatus, user: User | None, connection: HTTPConnection, receive: Receive, send: Send
    ) -> None:
        if connection.scope["type"] == "websocket":
            await _close(status, WebSocket(connection.scope, receive, send))
            return
        path = connection.url.path
        if status is HTTPStatus.UNAUTHORIZED and not is_under(path, JSON_ANSWERS):
            target = path + (f"?{connection.url.query}" if connection.url.query else "")
            response: Response = RedirectResponse(f"/login?next={quote(target, safe='')}", HTTPStatus.SEE_OTHER)
        elif (
            user is not None and connection.scope["method"] in headers.SAFE_METHODS and not is_under(path, JSON_ANSWERS)
        ):
            response = RedirectResponse(
                "/account" if user.must_change else "/admin", HTTPStatus.SEE_OTHER
            )  # where this person may be
        elif is_under(path, JSON_ANSWERS):
            response = refusals.answer(status)
        else:
            response = self._say(Request(connection.scope), status, self._language(connection))
        if status is HTTPStatus.TOO_MANY_REQUESTS:
            response.headers["Retry-After"] = str(RETRY_AFTER)
        await response(connection.scope, receive, send)

    def _language(self, connection: HTTPConnection) -> str:
        wishes = (connection.query_params.get("lang"), connection.cookies.get(cookies.LANGUAGE))
        return next((wish for wish in wishes if wish in LANGUAGES), self._site.settings.language)

    def _with_language(self, send: Send, language: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                response = Response()
                cookies.set_cookie(
                    response, cookies.LANGUAGE, language, settings=self._site.settings, seconds=cookies.YEAR
                )
                MutableHeaders(scope=message).append("set-cookie", response.headers["set-cookie"])
            await send(message)

        return sending

    def _with_headers(self, send: Send, path: str, query: bytes) -> Send:
        static = is_under(path, headers.STATIC)
        is_dated = path.startswith("/assets/") and query.startswith(b"m=")  # as Dash asks: the time of the file

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                found.update(headers.STEADY)
                is_given = message["status"] in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
                if is_dated and is_given:
                    found["Cache-Control"] = headers.KEEP_FOR_EVER
                elif not (static or (is_given and path in headers.ASKS_FIRST)):
                    found["Cache-Control"] = "no-store"
                if self._site.settings.cookie_secure:
                    found["Strict-Transport-Security"] = headers.ONLY_TLS
                if found.get("content-type", "").startswith("text/html"):
                    found["Content-Security-Policy"] = headers.content_policy(self._script_hashes())
            await send(message)

        return sending


def _origin(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


async def _close(status: HTTPStatus, websocket: WebSocket) -> None:
    """Accept, then close: a browser is not told the code of a connection that was never accepted."""
    codes = {HTTPStatus.UNAUTHORIZED: LOG_IN_AGAIN, HTTPStatus.FORBIDDEN: ELSEWHERE}
    await websocket.accept()
    await websocket.close(codes.get(status, TRY_LATER))
