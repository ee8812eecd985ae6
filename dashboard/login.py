"""`/login` and `/logout`: one small page made on the server, that needs no script."""

import asyncio
import math
import time
from html import escape
from http import HTTPStatus
from string import Template
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cityops import accounts
from cityops.accounts import CodeNeeded, LoginRefused, TooManyAttempts, User
from cityops.clock import utc_now
from cityops.login_limits import LoginSource
from cityops.storage import StorageError
from dashboard import cookies, look, texts
from dashboard.attempts import Attempts
from dashboard.forms import read_form
from dashboard.headers import safe_next
from dashboard.visit import visit
from dashboard.visitors import Visitors
from dashboard.worker_pool import RETRY_AFTER, PoolFull, WorkerPool

PAGE = Template(
    """<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$title</title><style>$variables</style><link rel="stylesheet" href="/assets/login.css">
<script src="/assets/language.js" defer></script></head>
<body class="login-page"><main class="login-card">
<h1><span class="login-mark" aria-hidden="true"></span>$product</h1><p class="login-lead">$lead</p>
<form method="post" action="/login"><input type="hidden" name="next" value="$next">
<label>$name_label<input name="name" autocomplete="username" autocapitalize="none" value="$name"
required autofocus></label>
<label>$password_label<input name="password" type="password" autocomplete="current-password" required></label>
$code<p class="login-refusal" role="alert">$refusal</p>
<button type="submit">$button</button></form>
<p class="login-language"><a href="/login?lang=zh&amp;next=$next_in_url" lang="zh" data-language="zh">中文</a>
<a href="/login?lang=en&amp;next=$next_in_url" lang="en" data-language="en">English</a></p>
</main></body></html>"""
)


CODE = Template(
    """<label>$label<input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6"></label>"""
)


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router, attempts = APIRouter(include_in_schema=False), Attempts()
    strangers = WorkerPool("login", threads=2, queue=10)  # a few seconds of work

    @router.get("/login")
    async def show(next: str = "/desk") -> Response:  # noqa: A002  (the name in the address)
        return _page(target=safe_next(next))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        form, here = await read_form(request), visit()
        name, target = form.get("name", "").strip(), safe_next(form.get("next", "/desk"))
        wait = attempts.admit(here.origin, now=time.monotonic())
        if wait > 0:
            return _busy(target, name, seconds=math.ceil(wait))
        try:
            token, person = await strangers.run(_log_in, form, device=request.headers.get("user-agent", ""))
        except PoolFull:
            attempts.take_back(here.origin)
            return _busy(target, name, seconds=RETRY_AFTER)
        except LoginRefused as refused:
            if isinstance(refused, CodeNeeded) and not form.get("code"):
                attempts.take_back(here.origin)
            return _refused(refused, target, name)
        except StorageError:
            attempts.take_back(here.origin)
            return _page(target=target, name=name, refusal="outage", status=HTTPStatus.SERVICE_UNAVAILABLE)
        attempts.take_back(here.origin)
        home = "/admin" if person is not None and person.role.is_administrator else target
        response = RedirectResponse(home, HTTPStatus.SEE_OTHER)
        cookies.set_cookie(response, cookies.SESSION, token, settings=here.site.settings, seconds=cookies.SHIFT)
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


def _log_in(form: dict[str, str], *, device: str) -> tuple[str, User | None]:
    """Return the token of a new session, and whose it is."""
    here, now = visit(), utc_now()
    token = accounts.log_in(
        here.site.database,
        form.get("name", "").strip(),
        form.get("password", ""),
        code=form.get("code", ""),
        now=now,
        source=LoginSource(here.origin),
        device=device,
    )
    with here.site.database.transaction() as tx:
        return token, accounts.user_of(tx, token, now=now)


def _end_session(token: str) -> None:
    here = visit()
    with here.site.database.transaction() as tx:
        accounts.log_out(tx, token, now=utc_now(), origin=here.origin)


def _refused(refused: LoginRefused, target: str, name: str) -> Response:
    if isinstance(refused, TooManyAttempts):
        return _wait(target, name, refusal="locked", seconds=refused.seconds)
    refusal = "code_needed" if isinstance(refused, CodeNeeded) else "wrong"
    return _page(target=target, name=name, refusal=refusal, status=HTTPStatus.UNAUTHORIZED)


def _busy(target: str, name: str, *, seconds: int) -> Response:
    return _wait(target, name, refusal="busy", seconds=seconds)


def _wait(target: str, name: str, *, refusal: str, seconds: int) -> Response:
    response = _page(target=target, name=name, refusal=refusal, seconds=seconds, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response


def _page(
    *,
    target: str,
    name: str = "",
    refusal: str = "",
    seconds: int = 0,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    language = visit().language
    say = texts.speaker(language)
    values = {
        "language": "zh-CN" if language == "zh" else "en",
        "title": say("login.title"),
        "product": say("common.product"),
        "lead": say("login.lead"),
        "name_label": say("login.name"),
        "password_label": say("login.password"),
        "button": say("login.button"),
        "refusal": say(f"login.{refusal}", wait=_duration(seconds, language)) if refusal else "",
        "next": target,
        "next_in_url": quote(target, safe=""),
        "name": name,
    }
    code = CODE.substitute(label=escape(say("login.code"))) if refusal == "code_needed" else ""
    escaped = {key: escape(value) for key, value in values.items()}
    page = PAGE.substitute(escaped, variables=look.css_variables(), code=code)
    return HTMLResponse(page, status)


def _duration(seconds: int, language: str) -> str:
    if seconds <= 90:
        return texts.say("login.seconds", language, count=seconds)
    return texts.say("login.minutes", language, count=math.ceil(seconds / 60))
