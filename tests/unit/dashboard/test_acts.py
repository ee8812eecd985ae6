"""What changes something is an act, which the server does once; whatever else is sent has its reason here."""

from fastapi import FastAPI

from dashboard.web.headers import SAFE_METHODS
from dashboard.web.request_ids import is_act
from tests.security.routes import every_route

# What a browser sends that is no act, and why sending it twice does no harm.
NO_ACTS = {
    "POST /login": "a second session of the same person, who sees it on /account and may end it",
    "POST /login/passkey": "its challenge counts once",
    "POST /login/passkey/options": "a challenge: nothing is stored before it is answered",
    "POST /account/passkeys/options": "the same",
    "POST /account/proof/options": "the same",
    "POST /account/alive": "notes that somebody is there",
    "POST /logout": "a session that has ended cannot end again",
    "POST /_dash-update-component": "its callbacks are acts one by one (`Shell.acts`)",
    "DELETE /api/v1/requests/{key}": "withdraws a key: what was withdrawn stays so",
}


def test_every_route_that_changes_something_is_an_act_or_says_why_not(app: FastAPI) -> None:
    sent = {
        f"{method} {path}"
        for route in every_route(app.routes)
        if not is_act(route) and not (path := str(getattr(route, "path", ""))).startswith("/api/{")
        for method in set(getattr(route, "methods", None) or ()) - SAFE_METHODS
        if path != "/api"
    }

    assert sent - NO_ACTS.keys() == set()
    assert NO_ACTS.keys() - sent == set()
