"""Everything that answers, asked by every role with every kind of scope: each shows exactly what lies in the scope.

What a route or a callback should show stands in scope_routes.py and scope_callbacks.py; one that nobody has told there
fails the walk.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import dash
import httpx
import msgspec
import pytest
from fastapi import FastAPI
from starlette.websockets import WebSocketDisconnect

from cityops.accounts.factors import passwords
from cityops.accounts.roles import Role
from cityops.accounts.tokens import token_hash
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database
from dashboard.api.alerts import alert_stream
from dashboard.app import create_app
from dashboard.live import reader as live
from sharing.evidence.keys import demo_settings
from tests.programs import wait_for
from tests.security.routes import Route, call_of, callbacks, page_callback, sockets_of, templates_of
from tests.security.scope_callbacks import CALLBACKS, Call
from tests.security.scope_routes import NOTHING, ROUTES, Try, Visitor
from tests.security.scoped_city import SCOPES, Spot, areas_in, build, spots_in
from tests.security.streams import read_stream
from tests.unit.dashboard.visitors import TestClient

CITY = {"CITYOPS_COOKIE_SECURE": "false", "CITYOPS_DEMO": "true"}  # settings
UPDATE = "/_dash-update-component"
REFUSED = (303, 401, 403)
FOR_ADMINISTRATORS = ("/", "/healthz", "/readyz", "/time", "/metrics", "/_favicon.ico", "/api/v1/requests/{key}")
SOCKETS = ("/_dash-ws-callback", "/live")
SHUT = Try("", status=REFUSED, areas=NOTHING)
# The way in, and files that are the same for everybody: nobody's scope has to do with them.
OF_NO_CITY = ("/login", "/login/", "/assets", "/_dash-component-suites/")
# Of a person, of all accounts, and what nobody serves: whatever it answers names nothing of the city.
OF_NO_SENSOR = ("/account", "/account/", "/admin", "/admin/", "/logout", "/api", "/api/{rest:path}")


def name_of(role: Role, part: str) -> str:
    """Return the account of a role and a part of the city."""
    return f"{role.value}-{part}".replace("_", "-")


class Walk:
    """The application on the scoped city, and every visitor there is."""

    def __init__(self, app: FastAPI, client: TestClient, database: Database, alerts: dict[Spot, int]) -> None:
        self.app, self.database, self.tried = app, database, 0
        self.wrong: list[str] = []
        self._client = client
        self.visitors = [
            Visitor(name_of(role, part), role, scope, self.session(name_of(role, part)), alerts)
            for role in Role
            for part, scope in SCOPES.items()
        ]

    def session(self, name: str) -> str:
        """Return the cookie of a session that began without a log-in, which is the subject of other tests."""
        token, now = secrets.token_urlsafe(), utc_now()
        with self.database.transaction() as tx:
            tx.execute(
                "INSERT INTO login_session (token_hash, user_name, created_at, seen_at, expires_at, origin, device)"
                " VALUES (%(token)s, %(name)s, %(now)s, %(now)s, %(now)s + interval '1 hour', 'test', '')",
                token=token_hash(token),
                name=name,
                now=now,
            )
        return f"cityops_session={token}"

    def ask(self, visitor: Visitor, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send one request of a visitor."""
        self.tried += 1
        headers = {"cookie": visitor.cookie}
        answer: httpx.Response = self._client.request(method, path, headers=headers, json=body)
        return answer

    def has_picture(self, visitor: Visitor) -> bool:
        """Whether the picture of a visitor's scope has been drawn, with what it was."""
        return bool(msgspec.json.decode(self.first_text("/live", visitor)).get("whole", {}).get("trends"))

    def judge(self, visitor: Visitor, what: str, answer: httpx.Response, wanted: Try | Call) -> None:
        """Compare an answer with what it should be."""
        found, areas = spots_in(answer.content), areas_in(answer.content)
        faults = []
        if answer.status_code not in wanted.status:
            faults.append(f"answered {answer.status_code}, not {wanted.status}: {answer.text[:200]}")
        elif not wanted.holds(answer.content):
            faults.append(f"says something else: {answer.text[:300]}")
        if found != wanted.sensors:
            faults.append(f"shows {sorted(found - wanted.sensors)} too, and lacks {sorted(wanted.sensors - found)}")
        if not areas <= visitor.areas or (wanted.areas is not None and areas != wanted.areas):
            faults.append(f"names the areas {sorted(areas)}")
        self.wrong += [f"{what} as {visitor.role} of {visitor.scope}: {fault}" for fault in faults]

    def first_picture(self, path: str, visitor: Visitor) -> frozenset[Spot]:
        """Return the sensors whose alerts are in the first picture that a WebSocket sends; none when it closes.

        That of Dash says nothing by itself.
        """
        try:
            return spots_in(self.first_text(path, visitor).encode())
        except WebSocketDisconnect:
            return NOTHING

    def first_text(self, path: str, visitor: Visitor) -> str:
        """Return the first message of a WebSocket."""
        with self._client.websocket_connect(path, headers={"cookie": visitor.cookie}) as socket:
            return socket.receive_text() if path == "/live" else ""

    def first_changes(self, visitor: Visitor) -> frozenset[Spot]:
        """Return the sensors of whose alerts the stream of changes tells from the beginning on."""
        assert self._client.portal is not None
        stream = "/api/v1/alerts/changes"
        content = self._client.portal.call(read_stream, self.app, stream, "after=0", visitor.cookie, b": still here")
        spots = {number: spot for spot, number in visitor.alerts.items()}
        return frozenset(spots[int(number)] for number in re.findall(rb'"alert":(\d+)', content))


@pytest.fixture
def walk(
    database_url: str, database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Walk]:
    now = utc_now()
    alerts = build(database, catalogue, now)
    monkeypatch.setattr(passwords, "hash_password", lambda _: "no password opens this")
    monkeypatch.setattr(alert_stream, "BREATH", 1)  # it says after every look without a change that it is still there
    with database.transaction() as tx:
        for role in Role:
            for part, scope in SCOPES.items():
                store_user(tx, name_of(role, part), role=role, scope=scope, password="", actor="test", now=now)
    settings = {"CITYOPS_DATABASE_URL": database_url, **CITY, **demo_settings(tmp_path)}
    app = create_app(read_settings(settings), catalogue)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        found = Walk(app, client, database, alerts)
        wait_for_pictures(found)
        monkeypatch.setattr(live, "BEAT", 10.0)  # every picture is drawn: five of them need no new one each second
        yield found


def wait_for_pictures(walk: Walk) -> None:
    """Wait until the picture of each scope has been read."""
    for visitor in walk.visitors:
        if visitor.role is Role.VIEWER:
            wait_for(partial(walk.has_picture, visitor), f"the picture of {visitor.scope}", seconds=240)


def routes_to_ask(app: FastAPI) -> list[Route]:
    """Return the routes of the city and its people; callbacks are asked one by one."""
    found = [route for route in templates_of(app) if route.method not in ("HEAD", "OPTIONS") and route.path != UPDATE]
    return [route for route in found if not is_under(route.path, OF_NO_CITY)]


def is_under(path: str, places: tuple[str, ...]) -> bool:
    """Whether a path is one of these, or lies below one that ends with /."""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def untold(app: FastAPI) -> list[str]:
    """Return the routes and callbacks of which nobody has told what they show."""
    strange = [str(route) for route in routes_to_ask(app) if not is_under(route.path, OF_NO_SENSOR)]
    known = {*ROUTES, *CALLBACKS, *SOCKETS}
    return [name for name in [*strange, *map(function_of, callbacks().values()), *sockets_of(app)] if name not in known]


def function_of(entry: dict[str, Any]) -> str:
    """Return module and name of a callback's function, without what all pages begin with."""
    function = entry["callback"].__wrapped__
    return f"{function.__module__}.{function.__name__}".removeprefix("dashboard.pages.")


def ask_routes(walk: Walk, visitor: Visitor) -> None:
    """Ask every route what it should show this visitor; an administrator, whom all of it is shut to, once."""
    for route in routes_to_ask(walk.app):
        if is_under(route.path, OF_NO_SENSOR):
            continue
        closed = visitor.role.is_administrator and route.path not in FOR_ADMINISTRATORS
        for one in list(ROUTES[str(route)](visitor))[: 1 if closed else None]:
            answer = walk.ask(visitor, one.method, one.path, one.json)
            walk.judge(visitor, f"{one.method} {one.path}", answer, SHUT if closed else one)


def ask_what_is_of_no_sensor(walk: Walk, visitor: Visitor) -> None:
    """Ask what is of accounts, each time in a new session: some of these end all that the person has."""
    for route in routes_to_ask(walk.app):
        if is_under(route.path, OF_NO_SENSOR):
            person = replace(visitor, cookie=walk.session(visitor.name))
            one = Try(route.path.replace("{rest:path}", "1"), route.method, tuple(range(200, 500)))
            walk.judge(visitor, str(route), walk.ask(person, one.method, one.path), one)


def ask_callbacks(walk: Walk, visitor: Visitor) -> None:
    """Ask every callback, and the pages themselves."""
    for output, entry in callbacks().items():
        name = function_of(entry)
        for call in list(CALLBACKS[name](visitor))[: 1 if visitor.role.is_administrator else None]:
            answer = walk.ask(visitor, "POST", UPDATE, call_of(output, entry, None, call.reads, call.changed))
            walk.judge(visitor, name, answer, SHUT if visitor.role.is_administrator else call)
    output, entry = page_callback()
    for page in dash.page_registry.values():
        wanted = call_of(output, entry, "", {"_pages_location.pathname": page["path"]})
        answer = walk.ask(visitor, "POST", UPDATE, wanted)
        walk.judge(visitor, page["path"], answer, SHUT if visitor.role.is_administrator else Call())


def watch_streams(walk: Walk, visitor: Visitor) -> None:
    """Follow the picture and the changes until the first is there."""
    for path in SOCKETS:
        walk.tried += 1
        wanted = visitor.mine if path == "/live" and not visitor.role.is_administrator else NOTHING
        found = walk.first_picture(path, visitor)
        if found != wanted:
            walk.wrong.append(f"{path} as {visitor.name}: shows {sorted(found)}")
    walk.tried += 1
    changed = walk.first_changes(visitor)
    wanted = NOTHING if visitor.role.is_administrator else visitor.mine
    if changed != wanted:
        walk.wrong.append(f"changes as {visitor.name}: {sorted(changed)}")


def test_everything_shows_every_role_its_scope_and_nothing_else(
    walk: Walk, record_testsuite_property: Callable[[str, object], None]
) -> None:
    assert untold(walk.app) == [], "tell in scope_routes.py or scope_callbacks.py what these show"
    for visitor in walk.visitors:
        ask_routes(walk, visitor)
        ask_callbacks(walk, visitor)
        watch_streams(walk, visitor)
        if visitor.scope == SCOPES["both"]:  # the scope makes no difference
            ask_what_is_of_no_sensor(walk, visitor)
    record_testsuite_property("scope combinations", walk.tried)

    assert walk.wrong == []
    assert walk.tried > len(Role) * len(SCOPES) * 50


def test_what_nobody_told_of_is_found(catalogue: Catalogue, tmp_path: Path) -> None:
    nowhere = {"CITYOPS_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none", **CITY}  # nobody asks it
    app = create_app(read_settings(nowhere | demo_settings(tmp_path)), catalogue)
    assert untold(app) == []
    app.add_api_route("/api/v1/new/{sensor_id}", lambda: None)

    assert untold(app) == ["GET /api/v1/new/{sensor_id}"]
