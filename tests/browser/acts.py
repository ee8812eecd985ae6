"""Every act there is, found in the code: what changes something when somebody at a page wants it."""

from typing import Any

from fastapi import FastAPI

from dashboard.web.request_ids import is_act
from tests.security.routes import callbacks, every_route


def routes_of_acts(app: FastAPI) -> set[str]:
    """Return the acts that are routes, as `POST /api/v1/alerts/{alert_id}/comment`."""
    found = [route for route in every_route(app.routes) if is_act(route)]
    return {f"{method} {route.path}" for route in found for method in route.methods}


def callbacks_of_acts() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the acts that are callbacks of Dash, `module.function`, with output and entry."""
    found = {}
    for output, entry in callbacks().items():
        function: Any = getattr(entry.get("callback"), "__wrapped__", None)
        if getattr(function, "is_act", False):
            found[f"{function.__module__.removeprefix('dashboard.pages.')}.{function.__name__}"] = output, entry
    return found
