"""The routes of receivers: an address to which new rows are pushed, and the deliveries to it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.sharing import page
from dashboard.pages.sharing.own_department import REFUSALS, check_own, department_seat, number_in
from dashboard.pages.sharing.page import PATH
from dashboard.requests.forms import read_form
from dashboard.ui.form_acts import Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT
from sharing.departments.store import find_request
from sharing.departments.webhooks import end_webhook, make_webhook, send_again, webhooks_of
from sharing.errors import (
    ShareUnknown,
)

router = APIRouter(include_in_schema=False)


@router.post(f"{PATH}/webhook", dependencies=ACT)
async def add_webhook(request: Request) -> Response:
    """Have what is new of a set of a grant pushed to an address, and show the secret this once."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_add_webhook, here, await read_form(request))


@router.get(f"{PATH}/deliveries")
async def show_deliveries(webhook: Annotated[int, Query(ge=1, le=2**62)], said: Word = "", bad: Word = "") -> Response:
    """Return the deliveries to a receiver of one's department."""
    here = require(Role.VIEWER)
    department_seat(here)
    return await asyncio.to_thread(page.draw_deliveries, here, webhook, read_outcome(said, bad))


@router.post(f"{PATH}/deliveries", dependencies=ACT)
async def act_on_receiver(request: Request) -> Response:
    """End a receiver, or have a delivery that died sent again (`act`, `webhook`, `number`)."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(_act_on_receiver, here, await read_form(request))


def _add_webhook(here: RequestContext, sent: dict[str, str]) -> Response:
    seat, number, made = department_seat(here), number_in(sent), list[str]()
    settings = here.site.settings

    def work(tx: Transaction) -> str:
        check_own(find_request(tx, number), seat)
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
    seat, webhook = department_seat(here), number_in(sent, "webhook")
    is_end = sent.get("act") == "end"

    def work(tx: Transaction) -> str:
        if webhook not in {row["number"] for row in webhooks_of(tx, seat.department)}:
            raise ShareUnknown
        who, now, origin = here.person.name, utc_now(), here.origin
        if is_end:
            end_webhook(tx, webhook, actor=who, now=now, origin=origin)
            return "share_webhook_end"
        send_again(tx, number_in(sent), webhook=webhook, actor=who, now=now, origin=origin)
        return "share_again"

    back = PATH if is_end else f"{PATH}/deliveries?webhook={webhook}"
    return answer_act(here, work, REFUSALS, back=back)
