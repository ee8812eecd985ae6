"""The page of `/login`: made on the server; only passkeys need a script. Every refusal is this page, with a reason."""

import math
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from cityops.accounts.authentication import CodeNeeded
from cityops.accounts.factors.totp_secrets import CodeUncheckable
from cityops.accounts.login_limits import LoginRefused, TooManyAttempts
from dashboard import texts
from dashboard.ui.rendering import answer_page
from dashboard.web.request_context import visit

_REFUSALS = {CodeNeeded: "code_needed", CodeUncheckable: "code_uncheckable"}  # of a right password


def draw_refusal(refused: LoginRefused, target: str, name: str) -> Response:
    """Return the answer to an attempt that was worked on and refused."""
    if isinstance(refused, TooManyAttempts):
        return _wait(target, name, refusal="locked", seconds=refused.seconds)
    refusal = next((word for kind, word in _REFUSALS.items() if isinstance(refused, kind)), "wrong")
    return draw_page(target=target, name=name, refusal=refusal, status=HTTPStatus.UNAUTHORIZED)


def draw_busy(target: str, name: str, *, seconds: int) -> Response:
    """Return the answer to an attempt that nobody looked at: try again after so many seconds."""
    return _wait(target, name, refusal="busy", seconds=seconds)


def _wait(target: str, name: str, *, refusal: str, seconds: int) -> Response:
    response = draw_page(
        target=target, name=name, refusal=refusal, seconds=seconds, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def draw_page(
    *,
    target: str,
    name: str = "",
    refusal: str = "",
    seconds: int = 0,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Return the page; `refusal` is the key of the reason, `seconds` how long to wait."""
    here = visit()
    wait = _duration(seconds, here.language)
    return answer_page(
        "login/login.html",
        here.language,
        status=status,
        target=target,
        target_in_address=quote(target, safe=""),
        name=name,
        refusal=texts.say(f"login.{refusal}", here.language, wait=wait) if refusal else "",
        asks_code=refusal in _REFUSALS.values(),
        offers_provider=here.site.settings.oidc_file is not None,
    )


def _duration(seconds: int, language: str) -> str:
    if seconds <= 90:
        return texts.say("login.seconds", language, count=seconds)
    return texts.say("login.minutes", language, count=math.ceil(seconds / 60))
