"""The routes of the security administrator: who used what, and grants where nobody leads the provider."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.sharing import usage_page
from dashboard.pages.sharing.own_department import REFUSALS, number_in
from dashboard.pages.sharing.usage_page import ADMIN_PATH
from dashboard.requests.forms import read_form
from dashboard.ui.form_acts import Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT
from sharing.departments.deciders import check_stand_in
from sharing.departments.share_request import ShareState
from sharing.departments.store import decide, find_request, revoke
from sharing.departments.usage import read_month
from sharing.errors import (
    ShareChanged,
)

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Query(pattern=r"^[a-z0-9_-]{1,100}$")]


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
        one = find_request(tx, number_in(sent))
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
        revoke(tx, number_in(sent), sent.get("reason", ""), actor=who, now=utc_now(), origin=origin)
        return "share_revoke"

    return await asyncio.to_thread(lambda: answer_act(here, work, REFUSALS, back=ADMIN_PATH))
