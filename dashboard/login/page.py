"""The page of `/login`: made on the server; only passkeys need a script. Every refusal is this page, with a reason."""

import math
from html import escape
from http import HTTPStatus
from string import Template
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from cityops.accounts.authentication import CodeNeeded, LoginRefused, TooManyAttempts
from cityops.clock import milliseconds, utc_now
from dashboard import texts, theme
from dashboard.login.choices import other_ways
from dashboard.web.request_context import visit

PAGE = Template(
    """<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$title</title><style>$variables</style><link rel="stylesheet" href="/assets/login.css">
<link rel="stylesheet" href="/assets/screens/media.css">
<meta name="cityops-time" content="$time">
<script src="/assets/clock.js" defer></script><script src="/assets/keyboard.js" defer></script>
<script src="/assets/language.js" defer></script></head>
<body class="login-page"><main class="login-card">
<h1><span class="login-mark" aria-hidden="true"></span>$product</h1><p class="login-lead">$lead</p>
<form method="post" action="/login"><input type="hidden" name="next" value="$next">
<label>$name_label<input name="name" autocomplete="username" autocapitalize="none" value="$name"
required autofocus></label>
<label>$password_label<input name="password" type="password" autocomplete="current-password" required></label>
$code<p class="login-refusal" role="alert">$refusal</p>
<button type="submit">$button</button></form>
$others
<p class="login-language"><a href="/login?lang=zh&amp;next=$next_in_url" lang="zh" data-language="zh">中文</a>
<a href="/login?lang=en&amp;next=$next_in_url" lang="en" data-language="en">English</a></p>
</main></body></html>"""
)


CODE = Template("""<label>$label<input name="code" autocomplete="one-time-code" maxlength="24"></label>""")


def draw_refusal(refused: LoginRefused, target: str, name: str) -> Response:
    """Return the answer to an attempt that was worked on and refused."""
    if isinstance(refused, TooManyAttempts):
        return _wait(target, name, refusal="locked", seconds=refused.seconds)
    refusal = "code_needed" if isinstance(refused, CodeNeeded) else "wrong"
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
    code = CODE.substitute(label=escape(say("login.code_or_recovery"))) if refusal == "code_needed" else ""
    escaped = {key: escape(value) for key, value in values.items()}
    page = PAGE.substitute(
        escaped,
        time=milliseconds(utc_now()),
        variables=theme.css_variables(),
        code=code,
        others=other_ways(target, say),
    )
    return HTMLResponse(page, status)


def _duration(seconds: int, language: str) -> str:
    if seconds <= 90:
        return texts.say("login.seconds", language, count=seconds)
    return texts.say("login.minutes", language, count=math.ceil(seconds / 60))
