"""`/login` and `/logout`: one small page made on the server, that needs no script."""

import asyncio
import time
from html import escape
from http import HTTPStatus
from string import Template
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cityops import accounts
from cityops.accounts import AccountLocked, CodeNeeded, LoginRefused
from cityops.clock import utc_now
from cityops.storage import StorageError
from dashboard import cookies, look, texts
from dashboard.attempts import Attempts
from dashboard.forms import read_form
from dashboard.headers import safe_next
from dashboard.visit import visit
from dashboard.visitors import Visitors

_REFUSALS: dict[type[LoginRefused], str] = {LoginRefused: "wrong", AccountLocked: "locked", CodeNeeded: "code_needed"}
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

    @router.get("/login")
    async def show(next: str = "/desk") -> Response:  # noqa: A002  (the name in the address)
        return _page(target=safe_next(next))

    @router.post("/login")
    async def enter(request: Request) -> Response:
        form, here = await read_form(request), visit()
        name, target = form.get("name", "").strip(), safe_next(form.get("next", "/desk"))
        if attempts.are_too_many(here.origin, now=time.monotonic()):
            return _page(target=target, name=name, refusal="busy", status=HTTPStatus.TOO_MANY_REQUESTS)
        try:
            token = await asyncio.to_thread(
                accounts.log_in,
                here.site.database,
                name,
                form.get("password", ""),
                code=form.get("code", ""),
                now=utc_now(),
                origin=here.origin,
                device=request.headers.get("user-agent", ""),
            )
        except LoginRefused as refused:
            if not isinstance(refused, CodeNeeded) or "code" in form:
                attempts.count(here.origin, now=time.monotonic())
            return _page(target=target, name=name, refusal=_REFUSALS[type(refused)], status=HTTPStatus.UNAUTHORIZED)
        except StorageError:
            return _page(target=target, name=name, refusal="outage", status=HTTPStatus.SERVICE_UNAVAILABLE)
        person = await visitors.user(token)
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


def _end_session(token: str) -> None:
    here = visit()
    with here.site.database.transaction() as tx:
        accounts.log_out(tx, token, now=utc_now(), origin=here.origin)


def _page(
    *,
    target: str,
    name: str = "",
    refusal: str = "",
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
        "refusal": say(f"login.{refusal}") if refusal else "",
        "next": target,
        "next_in_url": quote(target, safe=""),
        "name": name,
    }
    code = CODE.substitute(label=escape(say("login.code"))) if refusal == "code_needed" else ""
    escaped = {key: escape(value) for key, value in values.items()}
    page = PAGE.substitute(escaped, variables=look.css_variables(), code=code)
    return HTMLResponse(page, status)
