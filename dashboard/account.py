"""`/account`: what everybody does with their own account, also before a due password is changed."""

import asyncio
import re
from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cityops import own_account, totp
from cityops.accounts import LoginRefused, TooManyAttempts
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.login_history import LoginHistory, login_history
from cityops.own_account import WrongCode
from cityops.passwords import PasswordRefused, PasswordUsedBefore
from cityops.storage import Row
from dashboard import cookies, texts
from dashboard.devices import device_words
from dashboard.forms import read_form
from dashboard.login_cards import draw_history
from dashboard.markup import Markup, tag, together
from dashboard.parts import Speak
from dashboard.plain import button, card, field, form, moment, page, table, told
from dashboard.visit import Visit, visit
from dashboard.visitors import Visitors

Work = Callable[[Visit, dict[str, str]], object]
SECRET = re.compile("[A-Z2-7]{32}")  # as `totp.make_secret` makes it


class Differ(CityOpsError):
    """The two new passwords differ. Enter the same twice."""


REFUSALS: dict[type[CityOpsError], str] = {
    Differ: "differ",
    PasswordUsedBefore: "used",
    PasswordRefused: "simple",
    WrongCode: "code",
    TooManyAttempts: "locked",
    LoginRefused: "old",
}


def make_router(visitors: Visitors) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)

    @router.get("/account")
    async def show(said: str = "", bad: str = "") -> Response:
        here = visit()
        sessions, second_factor, history = await asyncio.to_thread(_read, here)
        return _page(here, sessions, history, second_factor=second_factor, said=said, bad=bad)

    def add(path: str, work: Work, said: str) -> None:
        async def act(request: Request) -> Response:
            here, sent = visit(), await read_form(request)
            try:
                await asyncio.to_thread(work, here, sent)
            except tuple(REFUSALS) as refused:
                bad = next(word for kind, word in REFUSALS.items() if isinstance(refused, kind))
                return RedirectResponse(f"/account?bad={bad}", HTTPStatus.SEE_OTHER)
            visitors.forget_person(here.person.name)
            return RedirectResponse(f"/account?said={said}", HTTPStatus.SEE_OTHER)

        router.add_api_route(path, act, methods=["POST"])

    add("/account/password", _change_password, "password")
    add("/account/second-factor", _start_second_factor, "factor_on")
    add("/account/second-factor/end", _stop_second_factor, "factor_off")

    @router.post("/account/sessions/end")
    async def log_out_everywhere() -> Response:
        here = visit()
        await asyncio.to_thread(_end_sessions, here)
        visitors.forget_person(here.person.name)
        response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        cookies.drop_cookie(response, cookies.SESSION, settings=here.site.settings)
        return response

    @router.post("/account/alive", status_code=HTTPStatus.NO_CONTENT)
    async def stay() -> Response:
        """Somebody is there; the guard has noted it."""
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router


def _change_password(here: Visit, sent: dict[str, str]) -> None:
    if sent.get("new") != sent.get("again"):
        raise Differ
    own_account.change_password(
        here.site.database,
        here.person,
        old=sent.get("old", ""),
        new=sent.get("new", ""),
        now=utc_now(),
        origin=here.origin,
        keep=here.person.session,
    )


def _start_second_factor(here: Visit, sent: dict[str, str]) -> None:
    secret, code = sent.get("secret", ""), sent.get("code", "")
    if not SECRET.fullmatch(secret):
        raise WrongCode
    own_account.start_second_factor(
        here.site.database, here.person, secret=secret, code=code, now=utc_now(), origin=here.origin
    )


def _stop_second_factor(here: Visit, sent: dict[str, str]) -> None:
    own_account.stop_second_factor(
        here.site.database, here.person, password=sent.get("old", ""), now=utc_now(), origin=here.origin
    )


def _end_sessions(here: Visit) -> None:
    with here.site.database.transaction() as tx:
        own_account.log_out_everywhere(tx, here.person, now=utc_now(), origin=here.origin)


def _read(here: Visit) -> tuple[list[Row], bool, LoginHistory]:
    now = utc_now()
    with here.site.database.transaction() as tx:
        return (
            own_account.own_sessions(tx, here.person, now=now),
            own_account.has_second_factor(tx, here.person),
            login_history(tx, here.person.name, now=now),
        )


def _page(
    here: Visit, sessions: list[Row], history: LoginHistory, *, second_factor: bool, said: str, bad: str
) -> Response:
    say = texts.speaker(here.language)
    due = told(here, "must_change", good=False) if here.person.must_change else together()
    answer = told(here, said, good=True) if said else told(here, bad, good=False)
    cards = [_password(say)]
    if not here.person.must_change:
        cards += [_second_factor(here, say, on=second_factor), _sessions(here, sessions, say)]
        cards.append(draw_history(here, history))
    return page(here, say("account.title"), due, answer, *cards, at="/account")


def _password(say: Speak) -> Markup:
    return card(
        say("account.password"),
        tag("p", say("account.policy")),
        form(
            "/account/password",
            field(say("account.old"), "old", type="password", autocomplete="current-password", required=True),
            field(say("account.new"), "new", type="password", autocomplete="new-password", required=True),
            field(say("account.again"), "again", type="password", autocomplete="new-password", required=True),
            button(say("account.change")),
        ),
        half=True,
    )


def _sessions(here: Visit, sessions: list[Row], say: Speak) -> Markup:
    rows = [
        [
            moment(here, row["created_at"]),
            moment(here, row["seen_at"]),
            row["origin"],
            tag("span", device_words(row["device"] or ""), title=row["device"]),
            say("account.this") if row["session_id"] == here.person.session else "",
        ]
        for row in sessions
    ]
    head = [say(f"account.{name}") for name in ("since", "seen", "origin", "device")]
    return card(
        say("account.sessions"),
        table([*head, ""], rows),
        form("/account/sessions/end", button(say("account.everywhere"))),
    )


def _second_factor(here: Visit, say: Speak, *, on: bool) -> Markup:
    if on:
        return card(
            say("account.factor"),
            tag("p", say("account.factor_is_on")),
            form(
                "/account/second-factor/end",
                field(say("account.old"), "old", type="password", autocomplete="current-password", required=True),
                button(say("account.factor_stop")),
            ),
            half=True,
        )
    secret = totp.make_secret()
    return card(
        say("account.factor"),
        tag("p", say("account.factor_hint")),
        tag("p", tag("code", secret)),
        tag("p", tag("a", say("account.factor_open"), href=totp.address(secret, here.person.name))),
        form(
            "/account/second-factor",
            tag("input", type="hidden", name="secret", value=secret),
            field(say("login.code"), "code", inputmode="numeric", autocomplete="one-time-code", maxlength="6"),
            button(say("account.factor_start")),
        ),
        half=True,
    )
