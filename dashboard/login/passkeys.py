"""`/login/passkey`: logging in by a passkey alone. The device asked its owner for a finger, a face or a PIN."""

import math
import time
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import authentication
from cityops.accounts.factors import passkeys
from cityops.accounts.factors.passkeys import PasskeyAnswer, PasskeyRefused, RelyingParty
from cityops.accounts.login_limits import LoginRefused
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.storage.audit import record
from cityops.web.worker_pool import RETRY_AFTER, PoolFull, WorkerPool
from dashboard.limits.attempts import Attempts
from dashboard.login.ceremonies import LOGIN, Ceremonies, options_answer, site_of
from dashboard.login.page import draw_busy, draw_page
from dashboard.requests.forms import read_form
from dashboard.web import cookies, refusals
from dashboard.web.headers import safe_next
from dashboard.web.request_context import visit
from dashboard.web.session_resolver import Visitors


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router, ceremonies = APIRouter(include_in_schema=False), Ceremonies()
    pool, attempts = WorkerPool("login-passkey", threads=1, queue=10), Attempts()

    @router.post("/login/passkey/options")
    async def options(request: Request) -> Response:
        site = site_of(request, visit().site.settings)
        try:
            challenge = await pool.run(ceremonies.challenge, LOGIN)
        except PoolFull as full:
            return refusals.answer(HTTPStatus.TOO_MANY_REQUESTS, str(full))
        return options_answer(passkeys.request_options(challenge, site, []), challenge.text)

    @router.post("/login/passkey")
    async def enter(request: Request) -> Response:
        form, here = await read_form(request), visit()
        target = safe_next(form.get("next", "/desk"))
        answer = PasskeyAnswer(form.get("answer", ""), form.get("challenge", ""))
        site, device = site_of(request, here.site.settings), request.headers.get("user-agent", "")
        wait = attempts.admit(here.origin, now=time.monotonic())
        if wait > 0:
            return draw_busy(target, "", seconds=math.ceil(wait))
        try:
            token = await pool.run(_log_in, ceremonies, site, answer, device)
        except PoolFull:
            return draw_busy(target, "", seconds=RETRY_AFTER)
        except (PasskeyRefused, LoginRefused):
            return draw_page(target=target, refusal="passkey_refused", status=HTTPStatus.UNAUTHORIZED)
        except StorageError:
            return draw_page(target=target, refusal="outage", status=HTTPStatus.SERVICE_UNAVAILABLE)
        attempts.take_back(here.origin)
        return await enter_with(token, target, visitors)

    return router


async def enter_with(token: str, target: str, visitors: Visitors) -> Response:
    """Return the answer to a log-in that succeeded: the session's cookie, and the way to where the person wanted."""
    person = await visitors.welcome(token)
    home = "/admin" if person is not None and person.role.is_administrator else target
    response = RedirectResponse(home, HTTPStatus.SEE_OTHER)
    cookies.set_cookie(response, cookies.SESSION, token, settings=visit().site.settings, seconds=cookies.SHIFT)
    return response


def _log_in(ceremonies: Ceremonies, site: RelyingParty, answer: PasskeyAnswer, device: str) -> str:
    """Return a session token. Raises PasskeyRefused, LoginRefused."""
    here, now = visit(), utc_now()
    try:
        with here.site.database.transaction() as tx:
            name = ceremonies.holder(tx, site, LOGIN, answer)
            return authentication.let_in(tx, name, by="passkey", now=now, origin=here.origin, device=device)
    except (PasskeyRefused, LoginRefused) as refused:
        with here.site.database.transaction() as tx:
            detail = {"by": "passkey", "reason": type(refused).__name__}
            record(
                tx,
                authentication.NO_NAME,
                "login",
                authentication.NO_NAME,
                at=now,
                origin=here.origin,
                success=False,
                detail=detail,
            )
        raise
