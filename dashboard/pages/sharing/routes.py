"""The routes of sharing between departments: the pages, and the acts that change a request."""

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
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.pages.sharing import page, usage_page
from dashboard.pages.sharing.page import DAYS, PATH
from dashboard.pages.sharing.usage_page import ADMIN_PATH
from dashboard.requests.forms import read_fields, read_form
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT
from sharing.departments.deciders import check_decider, check_stand_in
from sharing.departments.share_request import ShareRequest, ShareState, ShareWish
from sharing.departments.store import ask, decide, find_request, issue_token, revoke, withdraw
from sharing.departments.usage import read_month
from sharing.departments.webhooks import end_webhook, make_webhook, send_again, webhooks_of
from sharing.errors import (
    ShareChanged,
    ShareForbidden,
    ShareHasHead,
    ShareKeyMissing,
    ShareUnknown,
    ShareUnusable,
    WebhookRefused,
)

router = APIRouter(include_in_schema=False)
REFUSALS: Refusals = {
    ShareChanged: "share_changed",
    ShareForbidden: "share_forbidden",
    ShareHasHead: "share_has_head",
    ShareUnknown: "share_changed",
    ShareUnusable: "share_reason",
    ShareKeyMissing: "share_no_key",
    WebhookRefused: "share_address",
}
LARGEST = 64 * 1024  # bytes of the form of a request
Name = Annotated[str, Query(pattern=r"^[a-z0-9_-]{1,100}$")]


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return the page of one's department."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(page.draw, here, read_outcome(said, bad))


@router.get(f"{PATH}/ask")
async def show_form(names: Annotated[list[str], Query(alias="set", max_length=100)] = []) -> Response:  # noqa: B006
    """Return the form by which the sets of the address are asked for."""
    here = require(Role.VIEWER)
    _department_seat(here)
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


@router.post(f"{PATH}/webhook", dependencies=ACT)
async def add_webhook(request: Request) -> Response:
    """Have what is new of a set of a grant pushed to an address, and show the secret this once."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_add_webhook, here, await read_form(request))


@router.get(f"{PATH}/deliveries")
async def show_deliveries(webhook: Annotated[int, Query(ge=1, le=2**62)], said: Word = "", bad: Word = "") -> Response:
    """Return the deliveries to a receiver of one's department."""
    here = require(Role.VIEWER)
    _department_seat(here)
    return await asyncio.to_thread(page.draw_deliveries, here, webhook, read_outcome(said, bad))


@router.post(f"{PATH}/deliveries", dependencies=ACT)
async def act_on_receiver(request: Request) -> Response:
    """End a receiver, or have a delivery that died sent again (`act`, `webhook`, `number`)."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_act_on_receiver, here, await read_form(request))


@router.get(ADMIN_PATH)
async def show_usage(month: Annotated[str, Query(max_length=7)] = "", said: Word = "", bad: Word = "") -> Response:
    """Return who used what."""
    here = require(Role.SECURITY_ADMIN)
    return await asyncio.to_thread(usage_page.draw_usage, here, read_month(month), read_outcome(said, bad))


@router.get(f"{ADMIN_PATH}/reads")
async def show_reads(
    month: Annotated[str, Query(max_length=7)],
    department: Name,
    data_set: Annotated[str, Query(alias="set", pattern=r"^[a-z0-9_-]{2,100}$")],
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Return the reads behind a line."""
    here, found = require(Role.SECURITY_ADMIN), read_month(month)
    if found is None:
        return RedirectResponse(ADMIN_PATH, HTTPStatus.SEE_OTHER)
    return await asyncio.to_thread(usage_page.draw_reads, here, found, department, data_set, before)


@router.post(f"{ADMIN_PATH}/decide", dependencies=ACT)
async def decide_in_place(request: Request) -> Response:
    """Grant or refuse (`act`) in place of a provider that nobody leads."""
    here, sent = require(Role.SECURITY_ADMIN), await read_form(request)
    wanted = sent.get("act", "")

    def work(tx: Transaction) -> str:
        one = find_request(tx, _number(sent))
        if wanted not in ("grant", "refuse") or one.state is not ShareState.ASKED:
            raise ShareChanged
        check_stand_in(tx, one)
        who, now, origin = here.person.name, utc_now(), here.origin
        granted, reason = wanted == "grant", sent.get("reason", "")
        decide(tx, one.number, granted=granted, reason=reason, actor=who, now=now, origin=origin, stands_in=True)
        return f"share_{wanted}"

    return await asyncio.to_thread(lambda: answer_act(here, work, REFUSALS, back=ADMIN_PATH))


@router.post(f"{ADMIN_PATH}/revoke", dependencies=ACT)
async def revoke_any(request: Request) -> Response:
    """End a grant, whoever gave it."""
    here, sent = require(Role.SECURITY_ADMIN), await read_form(request)

    def work(tx: Transaction) -> str:
        who, origin = here.person.name, here.origin
        revoke(tx, _number(sent), sent.get("reason", ""), actor=who, now=utc_now(), origin=origin)
        return "share_revoke"

    return await asyncio.to_thread(lambda: answer_act(here, work, REFUSALS, back=ADMIN_PATH))


def _department_seat(here: RequestContext) -> CaseSeat:
    """Return the seat of somebody of a department. Raises Forbidden for who is of none."""
    seat = take_seat(here)
    if not seat.department:
        raise Forbidden
    return seat


def _ask(here: RequestContext, sent: Mapping[str, Sequence[str]]) -> Response:
    seat = _department_seat(here)
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
    seat, number, reason, wanted = take_seat(here), _number(sent), sent.get("reason", ""), sent.get("act", "")
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
                _check_own(one, seat)
                withdraw(tx, number, actor=actor, now=now, origin=origin)
            case _:
                raise ShareChanged
        return f"share_{wanted}"

    return answer_act(here, work, REFUSALS, back=PATH)


def _collect(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, number, made = _department_seat(here), _number(sent), list[str]()

    def work(tx: Transaction) -> str:
        _check_own(find_request(tx, number), seat)
        made.append(issue_token(tx, number, actor=here.person.name, now=utc_now(), origin=here.origin))
        return "share_token_unseen"  # what a form that is sent again is told: the token itself is kept nowhere

    answered = answer_act(here, work, REFUSALS, back=PATH)
    return page.draw_token(here, made[0]) if made else answered


def _add_webhook(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, number, made = _department_seat(here), _number(sent), list[str]()
    settings = here.site.settings

    def work(tx: Transaction) -> str:
        _check_own(find_request(tx, number), seat)
        who, now, origin = here.person.name, utc_now(), here.origin
        name, url = sent.get("set", ""), sent.get("url", "").strip()
        secret = make_webhook(
            tx, number, name, url, inner_hosts=settings.share_inner_hosts or (), public_key=settings.share_public_key,
            actor=who, now=now, origin=origin,
        )  # fmt: skip
        made.append(secret)
        return "share_webhook_unseen"

    answered = answer_act(here, work, REFUSALS, back=PATH)
    return page.draw_secret(here, made[0]) if made else answered


def _act_on_receiver(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, webhook = _department_seat(here), _number(sent, "webhook")
    is_end = sent.get("act") == "end"

    def work(tx: Transaction) -> str:
        if webhook not in {row["number"] for row in webhooks_of(tx, seat.department)}:
            raise ShareUnknown
        who, now, origin = here.person.name, utc_now(), here.origin
        if is_end:
            end_webhook(tx, webhook, actor=who, now=now, origin=origin)
            return "share_webhook_end"
        send_again(tx, _number(sent), webhook=webhook, actor=who, now=now, origin=origin)
        return "share_again"

    back = PATH if is_end else f"{PATH}/deliveries?webhook={webhook}"
    return answer_act(here, work, REFUSALS, back=back)


def _check_own(one: ShareRequest, seat: CaseSeat) -> None:
    """Raise ShareUnknown for a request of another department: it is as absent as one that is not there."""
    if not seat.department or one.wish.department != seat.department:
        raise ShareUnknown


def _number(sent: Mapping[str, str], field: str = "number") -> int:
    """Return a number of a form; 0, which names nothing, for anything else."""
    text = sent.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
