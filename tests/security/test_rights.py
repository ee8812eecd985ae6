"""Whoever has no right is refused: every route, every WebSocket and every callback, as every role there is."""

from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from cityops.accounts.roles import Role
from cityops.accounts.tokens import issue_wall_token
from cityops.clock import utc_now
from dashboard.web import access_rules
from tests.security.conftest import House, account_of
from tests.security.routes import Route, call_of, callbacks, fill, routes_of, sockets_of
from tests.unit.dashboard.visitors import TestClient

# What anybody may ask: to log in, whether the program is well, and files that are the same for everybody.
FOR_ALL = ("/login", "/healthz", "/readyz", "/time", "/assets", "/_dash-component-suites", "/_favicon.ico")
# What any account may send, whatever its role: the way out, and callbacks, of which each asks for a role itself.
FOR_ANY_ACCOUNT = ("/login", "/login/passkey", "/login/passkey/options", "/logout", "/_dash-update-component")
OWN_REQUESTS = "/api/v1/requests/"  # what became of one's own request, and that it is never to count
FOR_OWN_ACCOUNT = "/account/"
OF_ADMINISTRATORS = {Role.SECURITY_ADMIN: "/admin/", Role.SYSTEM_ADMIN: "/admin/catalogue/"}  # what these may send
NOBODY_SERVES = ("/api", "/api/1")  # unknown addresses are answered, and there is nothing to have a right to
REFUSED = (401, 403)


def is_for_all(route: Route) -> bool:
    return route.path.startswith(FOR_ALL)


def was_refused(answer: Any) -> bool:
    to_the_login = answer.status_code == 303 and answer.headers["location"].startswith("/login?next=")
    return answer.status_code in REFUSED or to_the_login


def test_a_stranger_is_refused_everywhere(house: House) -> None:
    before = house.content()
    open_to_strangers = [
        str(route)
        for route in routes_of(house.app)
        if not is_for_all(route) and not was_refused(house.ask(route.method, route.path))
    ]

    assert open_to_strangers == []
    assert house.content() == before


def test_a_wall_is_refused_everything_but_its_picture(house: House) -> None:
    with house.database.transaction() as tx:
        token = issue_wall_token(tx, "hall", actor="test", now=utc_now())
    before = house.content()
    for route in routes_of(house.app):
        if route.path in access_rules.FOR_WALLS or is_for_all(route):
            continue

        assert was_refused(house.ask(route.method, route.path, cookie=f"cityops_wall={token}")), str(route)
    for output, entry in callbacks().items():
        call = call_of(output, entry)
        answer = house.ask("POST", "/_dash-update-component", cookie=f"cityops_wall={token}", json=call)

        assert answer.status_code == 403, output
    assert house.content() == before


def test_every_socket_closes_before_strangers_and_other_sites(house: House) -> None:
    person = house.log_in(account_of(Role.OFFICER))
    evil = {"origin": "https://evil.example", "cookie": person}
    for path in sockets_of(house.app):
        for headers, code in (({}, 4401), (evil, 4403)):
            with (
                TestClient(house.app).websocket_connect(path, headers=headers) as socket,
                pytest.raises(WebSocketDisconnect) as closed,
            ):
                socket.receive_text()

            assert closed.value.code == code, path


def test_who_may_not_act_changes_nothing(house: House) -> None:
    """Every route that changes something, with a body that fits its description, as each role that may only look."""
    lookers = [role for role in Role if not role.includes(Role.OFFICER)]
    bodies, before = bodies_of(house.app.openapi()), house.content()
    for role in lookers:
        cookie = house.log_in(account_of(role))
        for route in routes_of(house.app):
            if route.is_safe or route.path in FOR_ANY_ACCOUNT or route.path.startswith((FOR_OWN_ACCOUNT, OWN_REQUESTS)):
                continue
            if route.path.startswith(OF_ADMINISTRATORS.get(role, "/nothing")):
                continue
            answer = house.ask(route.method, route.path, cookie=cookie, json=bodies.get(route))

            refused = (403, 404, 405) if route.path in NOBODY_SERVES else (403,)
            assert answer.status_code in refused, (
                f"{route} answered {answer.status_code} to {role}: {answer.text[:200]}"
            )
    assert lookers
    assert house.content() == before


def test_every_callback_refuses_the_roles_that_it_does_not_name(house: House) -> None:
    before, refused = house.content(), 0
    for role in Role:
        cookie = house.log_in(account_of(role))
        for output, entry in callbacks().items():
            needed = getattr(entry["callback"].__wrapped__, "needs", None)
            assert needed is not None, f"the callback of {output} has no guard: put @require_role before it"
            if role.includes(needed):
                continue
            answer = house.ask("POST", "/_dash-update-component", cookie=cookie, json=call_of(output, entry))
            refused += 1

            assert answer.status_code == 403, f"{output} as {role}"
    assert refused > 2
    assert house.content() == before


def bodies_of(openapi: dict[str, Any]) -> dict[Route, Any]:
    """Return a smallest valid body for each route that takes one, from its description."""
    found = {}
    for path, methods in openapi["paths"].items():
        for method, described in methods.items():
            content = described.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                found[Route(method.upper(), fill(path))] = example(content["application/json"]["schema"], openapi)
    return found


def example(schema: dict[str, Any], openapi: dict[str, Any]) -> Any:
    """Return a smallest value that a schema allows."""
    if "$ref" in schema:
        return example(openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], openapi)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], openapi)
    if schema.get("type") == "object":
        return {name: example(schema["properties"][name], openapi) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [example(schema["items"], openapi)] * schema.get("minItems", 0)
    text = "x" * schema.get("minLength", 1)
    text = utc_now().isoformat() if schema.get("format") == "date-time" else text
    plain: Any = {"integer": 1, "number": 1, "boolean": True, "string": text}.get(schema.get("type", ""))
    return next(iter(schema.get("enum", [])), schema.get("const", plain))
