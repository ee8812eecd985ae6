"""The route of the page of public warnings, and the acts of supervisors, each in one transaction."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cap.errors import WarningChanged, WarningRefused
from cap.store.deciding import approve, cancel, decline
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.warnings.page import PATH, draw, may_decide
from dashboard.requests.forms import number_of, read_form
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
REFUSALS: Refusals = {WarningChanged: "warning_changed", WarningRefused: "warning_refused"}


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return the page."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(draw, here, read_outcome(said, bad))


@router.post(f"{PATH}/decide", dependencies=ACT)
async def decide(request: Request) -> Response:
    """Let a proposal out, keep it in, or revoke what stands (`act`, `number`, `reason`)."""
    here = require(Role.SUPERVISOR)
    if not may_decide(here):
        raise Forbidden
    return await asyncio.to_thread(_decide, here, await read_form(request))


def _decide(here: RequestContext, sent: dict[str, str]) -> Response:
    act, number, reason = sent.get("act", ""), number_of(sent, "number"), sent.get("reason", "")

    def work(tx: Transaction) -> str:
        actor, now, origin = here.person.name, utc_now(), here.origin
        match act:
            case "approve":
                approve(tx, number, actor=actor, now=now, origin=origin)
            case "decline":
                decline(tx, number, reason, actor=actor, now=now, origin=origin)
            case "cancel":
                cancel(tx, number, reason, actor=actor, now=now, origin=origin)
            case _:
                raise WarningRefused
        return f"warning_{act}"

    return answer_act(here, work, REFUSALS, back=PATH)
