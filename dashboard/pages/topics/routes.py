"""The route of the page of topics, and the acts of supervisors, each in one transaction."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from citizens.store.topics import decide_topic
from citizens.topics.errors import TopicChanged, TopicRefused, TopicUnknown
from citizens.topics.life import TopicAct, TopicDecision
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.cases.seats import CaseSeat, take_seat
from dashboard.pages.topics.page import PATH, draw, may_decide
from dashboard.requests.forms import SMALL, number_of, read_form
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
REFUSALS: Refusals = {
    TopicChanged: "topic_changed",
    TopicUnknown: "topic_unknown",
    TopicRefused: "topic_refused",
}


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return the page."""
    here = require(Role.VIEWER)
    return await asyncio.to_thread(draw, here, read_outcome(said, bad))


@router.post(f"{PATH}/decide", dependencies=ACT)
async def decide(request: Request) -> Response:
    """Adopt or decline a topic, change its plan, or end it (`act`)."""
    seat = take_seat(require(Role.VIEWER))
    if not may_decide(seat):
        raise Forbidden
    return await asyncio.to_thread(_decide, seat, await read_form(request))


def _decide(seat: CaseSeat, sent: dict[str, str]) -> Response:
    def work(tx: Transaction) -> str:
        said = _read(sent)
        topic_id, version = number_of(sent, "topic_id", digits=SMALL), number_of(sent, "version", digits=SMALL)
        here = seat.here
        actor, origin = here.person.name, here.origin
        decide_topic(tx, topic_id, said, version=version, actor=actor, now=utc_now(), origin=origin)
        return f"topic_{said.act}#topic-{topic_id}"

    return answer_act(seat, work, REFUSALS, back=PATH)


def _read(sent: dict[str, str]) -> TopicDecision:
    """Return what a form says. Raises TopicRefused."""
    act = sent.get("act", "")
    if act not in set(TopicAct):
        raise TopicRefused
    plan, lead, reason, begins_on = (sent.get(name, "").strip() for name in ("plan", "lead", "reason", "begins_on"))
    return TopicDecision(TopicAct(act), reason=reason, plan=plan, lead=lead[:64], begins_on=begins_on[:10])
