"""`/login` and `/logout`. How attempts are worked on is in `gate`, the page in `page`."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts import tokens
from cityops.accounts.login_limits import LoginRefused
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.web.worker_pool import RETRY_AFTER, PoolFull
from dashboard.login.gate import Busy, LoginAttempt, LoginGate
from dashboard.login.known_devices import KEPT
from dashboard.login.page import draw_busy, draw_page, draw_refusal
from dashboard.requests.forms import read_form
from dashboard.web import cookies
from dashboard.web.headers import safe_next
from dashboard.web.request_context import visit
from dashboard.web.session_resolver import Visitors


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router, gate = APIRouter(include_in_schema=False), LoginGate()

    @router.get("/login")
    async def show(next: str = "/desk") -> Response:  # noqa: A002  (the name in the address)
        return draw_page(target=safe_next(next))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        form = await read_form(request)
        name, target = form.get("name", "").strip(), safe_next(form.get("next", "/desk"))
        try:
            attempt = LoginAttempt(
                name,
                form.get("password", ""),
                form.get("code", ""),
                agent=request.headers.get("user-agent", ""),
                device=await gate.device(request.cookies.get(cookies.DEVICE)),
            )
            token, person, device = await gate.log_in(attempt)
        except PoolFull as full:
            return draw_busy(target, name, seconds=full.seconds if isinstance(full, Busy) else RETRY_AFTER)
        except LoginRefused as refused:
            return draw_refusal(refused, target, name)
        except StorageError:
            return draw_page(target=target, name=name, refusal="outage", status=HTTPStatus.SERVICE_UNAVAILABLE)
        home = "/admin" if person is not None and person.role.is_administrator else target
        response, settings = RedirectResponse(home, HTTPStatus.SEE_OTHER), visit().site.settings
        cookies.set_cookie(response, cookies.SESSION, token, settings=settings, seconds=cookies.SHIFT)
        seconds = round(KEPT.total_seconds())
        cookies.set_cookie(response, cookies.DEVICE, device, settings=settings, seconds=seconds)
        return response

    @router.post("/logout")
    async def leave(request: Request) -> Response:
        here = visit()
        token = request.cookies.get(cookies.SESSION, "")
        visitors.forget(token)
        await asyncio.to_thread(_end_session, token)
        response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        cookies.drop_cookie(response, cookies.SESSION, settings=here.site.settings)
        return response

    return router


def _end_session(token: str) -> None:
    here = visit()
    with here.site.database.transaction() as tx:
        tokens.log_out(tx, token, now=utc_now(), origin=here.origin)
