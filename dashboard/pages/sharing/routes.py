"""The routes of sharing between departments: one's page, the form that asks, and the acts that change a request."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.cases.seats import take_seat
from dashboard.pages.sharing import page
from dashboard.pages.sharing.own_department import REFUSALS, check_own, department_seat, number_in
from dashboard.pages.sharing.page import DAYS, PATH
from dashboard.requests.forms import read_fields, read_form
from dashboard.ui.form_acts import Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT
from sharing.departments.deciders import check_decider
from sharing.departments.share_request import ShareWish
from sharing.departments.store import ask, decide, find_request, issue_token, revoke, withdraw
from sharing.errors import (
    ShareChanged,
    ShareUnusable,
)

router = APIRouter(include_in_schema=False)
LARGEST = 64 * 1024  # bytes of the form of a request


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return the page of one's department."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(page.draw, here, read_outcome(said, bad))


@router.get(f"{PATH}/ask")
async def show_form(names: Annotated[list[str], Query(alias="set", max_length=100)] = []) -> Response:  # noqa: B006
    """Return the form by which the sets of the address are asked for."""
    here = require(Role.VIEWER)
    department_seat(here)
    return await asyncio.to_thread(page.draw_form, here, names)


@router.post(f"{PATH}/ask", dependencies=ACT)
async def ask_for(request: Request) -> Response:
    """Ask for what a form names, for one's department."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_ask, here, await read_fields(request, largest=LARGEST))


@router.post(f"{PATH}/act", dependencies=ACT)
async def act(request: Request) -> Response:
    """Grant, refuse or revoke as head of the provider, or withdraw what one's department asked for."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_act, here, await read_form(request))


@router.post(f"{PATH}/token", dependencies=ACT)
async def collect(request: Request) -> Response:
    """Make the token of a grant and show it this once."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_collect, here, await read_form(request))


def _ask(here: RequestContext, sent: Mapping[str, Sequence[str]]) -> Response:
    seat = department_seat(here)
    names = list(dict.fromkeys(sent.get("set", ())))
    days = next((days for days in DAYS if [str(days)] == list(sent.get("days", ()))), 0)

    def last(name: str) -> str:
        return (list(sent.get(name, ())) or [""])[-1].strip()

    def work(tx: Transaction) -> str:
        now = utc_now()
        fields = {name: tuple(dict.fromkeys(sent.get(f"fields.{name}", ()))) for name in names}
        wish = ShareWish(seat.department, last("purpose"), fields, now + timedelta(days=days), last("area"))
        made = ask(tx, wish, actor=here.person.name, now=now, origin=here.origin)
        return f"{PATH}?said=share_{made.state}"

    try:
        return RedirectResponse(str(here.act(work)), HTTPStatus.SEE_OTHER)
    except ShareUnusable as refused:
        return page.draw_form(here, names, sent=sent, wrong=refused.field)


def _act(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, number, reason, wanted = take_seat(here), number_in(sent), sent.get("reason", ""), sent.get("act", "")
    if not seat.posts:
        raise Forbidden

    def work(tx: Transaction) -> str:
        one = find_request(tx, number)
        actor, now, origin = here.person.name, utc_now(), here.origin
        match wanted:
            case "grant" | "refuse":
                check_decider(one, seat.posts)
                granted = wanted == "grant"
                decide(tx, number, granted=granted, reason=reason, actor=actor, now=now, origin=origin)
            case "revoke":
                check_decider(one, seat.posts)
                revoke(tx, number, reason, actor=actor, now=now, origin=origin)
            case "withdraw":
                check_own(one, seat)
                withdraw(tx, number, actor=actor, now=now, origin=origin)
            case _:
                raise ShareChanged
        return f"share_{wanted}"

    return answer_act(here, work, REFUSALS, back=PATH)


def _collect(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, number, made = department_seat(here), number_in(sent), list[str]()

    def work(tx: Transaction) -> str:
        check_own(find_request(tx, number), seat)
        made.append(issue_token(tx, number, actor=here.person.name, now=utc_now(), origin=here.origin))
        return "share_token_unseen"  # what a form that is sent again is told: the token itself is kept nowhere

    answered = answer_act(here, work, REFUSALS, back=PATH)
    return page.draw_token(here, made[0]) if made else answered
