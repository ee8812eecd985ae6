"""Which addresses are open to whom, and what a connection says of itself. Pure."""

from collections.abc import Sequence

from starlette.requests import HTTPConnection

from cityops.web.proxies import is_forwarded
from dashboard.web import headers

OPEN = ("/assets/", "/_dash-component-suites/", "/login", "/login/", "/healthz", "/readyz", "/time", "/_favicon.ico")
# What a wall needs. Its callbacks are checked one by one: each asks for a role, and a wall has none.
FOR_WALLS = (
    "/wall",
    "/live",
    "/live/map",
    "/live/focus",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
)
# What an administrator may open: they have no rights in the business.
FOR_ADMINISTRATORS = ("/admin", "/admin/", "/account", "/account/", "/logout", "/metrics", "/api/v1/requests/")
FOR_CHANGE = ("/account", "/account/", "/logout")  # what is open to whoever must first choose a new password
FOR_PROGRAMS = "/api/"  # where a bearer token counts
FOR_DEPARTMENTS = ("/api/v1/shared", "/api/v1/shared/")  # where one of a department counts, and no other
JSON_ANSWERS = ("/_dash", "/api/", "/live/", "/metrics")
# What pages send by themselves, beside all that their scripts read: it does not show that a person is there.
BY_ITSELF = ("/_dash-update-component", "/api/v1/requests/", "/system")


def is_under(path: str, places: Sequence[str]) -> bool:
    """Whether a path is one of these places, or below one that ends with a slash."""
    return any(path == place or (path.startswith(place) and place.endswith(("/", "/_dash"))) for place in places)


def shows_a_person(connection: HTTPConnection) -> bool:
    """Whether somebody opened a page or a file, or did something. Of whoever only looks at a page `idle.js` tells."""
    if connection.scope["type"] != "http" or is_under(connection.url.path, BY_ITSELF):
        return False
    is_read = connection.scope["method"] in headers.SAFE_METHODS
    return not (is_read and is_under(connection.url.path, JSON_ANSWERS))


def is_here(connection: HTTPConnection) -> bool:
    """Whether a program of this machine asks. One that a proxy passed on came from who knows where."""
    local = connection.client is not None and connection.client.host in ("127.0.0.1", "::1")
    return local and not is_forwarded(connection.headers)


def bearer_of(connection: HTTPConnection) -> str | None:
    """Return the token that a program sends with its request."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
