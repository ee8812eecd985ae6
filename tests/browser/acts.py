"""Every act there is, found in the code: what changes something when somebody at a page wants it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from dashboard.web.request_ids import is_act
from tests.security.routes import SAFE, callbacks, every_route

CHALLENGES = ("/account/passkeys/options", "/account/proof/options")  # nothing is stored before they are answered
TRIALS = ("/admin/catalogue/upload",)  # files are tried and not kept: tests/security/test_catalogue_pages.py
# What changes something and is no act of the operations room: who somebody is, what a key became, what Dash carries.
QUESTIONS = ("/hotline/help",)  # what is asked holds a caller's number and words, and no address may: nothing is stored
OTHERS = (
    "/login",
    "/logout",
    "/account/alive",
    *CHALLENGES,
    *TRIALS,
    *QUESTIONS,
    "/api/v1/requests/",
    "/_dash-update-component",
)
NOWHERE = ("/api", "/api/{rest:path}")  # answers that there is nothing here


@dataclass(frozen=True)
class Try:
    """One act as a page sends it: its path, its body, and what it is called in the audit log."""

    path: str
    body: Any
    action: str
    method: str = "POST"
    kind: str = field(default="act")  # act (JSON), form, or dash


def routes_of_acts(app: FastAPI) -> set[str]:
    """Return the acts that are routes, as `POST /api/v1/alerts/{alert_id}/comment`."""
    found = [route for route in every_route(app.routes) if is_act(route)]
    return {f"{method} {route.path}" for route in found for method in route.methods}


def unmarked_routes(app: FastAPI) -> set[str]:
    """Return what changes something without being marked as an act: sent twice, it would be done twice."""
    return {
        f"{method} {route.path}"
        for route in every_route(app.routes)
        for method in getattr(route, "methods", None) or ()
        if method not in SAFE and not is_act(route) and not route.path.startswith(OTHERS) and route.path not in NOWHERE
    }


def callbacks_of_acts() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the acts that are callbacks of Dash, `module.function`, with output and entry."""
    found = {}
    for output, entry in callbacks().items():
        function: Any = getattr(entry.get("callback"), "__wrapped__", None)
        if getattr(function, "is_act", False):
            found[f"{function.__module__.removeprefix('dashboard.pages.')}.{function.__name__}"] = output, entry
    return found
