"""The routes of the form for a call: the page, what is known while somebody types, and the act that takes the call."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cases.errors import ActForbidden, ActRefused, CaseChanged, CaseTaken, CaseUnknown
from cases.life.details import RefusalGround
from citizens.codes import ALPHABET, LENGTH
from citizens.errors import KeyUnusable, PersonalData, ReportUnusable
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from dashboard import texts
from dashboard.cases.refusal_words import in_language
from dashboard.cases.words import read_words
from dashboard.pages.cases.city_shapes import city_shapes
from dashboard.pages.cases.list_address import BOX, ListAddress
from dashboard.pages.cases.map_boxes import shown_box
from dashboard.pages.hotline.agents import PATH, Agent, draw_closed, find_agent, tabs, take_agent
from dashboard.pages.hotline.call_form import KINDS, CallForm, CallQuestion, read_call, read_question
from dashboard.pages.hotline.help_desk import help_with
from dashboard.pages.hotline.taking import take
from dashboard.ui.html_pages import draw_page
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
REFUSED = (
    ReportUnusable, KeyUnusable, PersonalData, ActRefused, ActForbidden, CaseChanged, CaseTaken, CaseUnknown,
)  # fmt: skip


@router.get(PATH)
async def show() -> Response:
    """Return the form."""
    return await asyncio.to_thread(_draw)


@router.post(f"{PATH}/help")
async def help_while_typing(request: Request) -> Response:
    """Return what is known of what is typed. It is sent as a body: a caller's number and words stand in no address."""
    agent = await asyncio.to_thread(take_agent)
    asked = read_question(await request.body())
    return JSONResponse(await asyncio.to_thread(_help, agent, asked))


@router.get(f"{PATH}/map")
async def draw_map(box: Annotated[str, Query(pattern=f"{BOX}|^$")] = "") -> Response:
    """Return the shapes of a part of the city: box, paths with their kinds, names with their places in percent."""
    agent = await asyncio.to_thread(take_agent)
    return JSONResponse(await asyncio.to_thread(_map, agent, box))


@router.post(f"{PATH}/report", dependencies=ACT)
async def report(request: Request) -> Response:
    """Take a call: 200 with what is read out, or 409 with why not in `words`."""
    agent = await asyncio.to_thread(take_agent)
    form = read_call(await request.body())
    return await asyncio.to_thread(_report, agent, form)


def _draw() -> Response:
    agent = find_agent()
    if agent is None:
        return draw_closed()
    here, words = agent.here, read_words(agent.here)
    say = texts.speaker(here.language)
    return draw_page(
        here,
        "hotline/call.html",
        say("hotline.title"),
        at=PATH,
        tabs=tabs("hotline"),
        kinds=[(kind.value, words.say(f"case_kind.{kind}"), number) for number, kind in enumerate(KINDS, 1)],
        grounds=[(one.value, say(f"case_ground.{one}"), say(f"hotline_say.{one}")) for one in RefusalGround],
        has_key=here.site.settings.reporter_public_key is not None,
        code={"alphabet": ALPHABET, "length": LENGTH},
    )


def _help(agent: Agent, asked: CallQuestion) -> dict[str, Any]:
    words = read_words(agent.here)
    with agent.seat.database.transaction() as tx:
        return help_with(tx, agent, asked, agent.here.site.live.registry(tx), words, utc_now())


def _map(agent: Agent, asked: str) -> dict[str, Any]:
    words = read_words(agent.here)
    with agent.seat.database.transaction() as tx:
        registry = agent.here.site.live.registry(tx)
    box = shown_box(ListAddress(box=asked), registry)
    shapes, names = city_shapes(registry, box, words)
    return {
        "box": box,
        "shapes": [{"path": one.path, "kind": one.kind} for one in shapes],
        "names": [{"name": one.name, "left": one.left, "top": one.top} for one in names],
    }


def _report(agent: Agent, form: CallForm) -> Response:
    def work(tx: Transaction) -> dict[str, Any]:
        return take(tx, agent, form, utc_now())

    try:
        return JSONResponse(agent.seat.act(work))
    except REFUSED as refused:
        return JSONResponse({"error": "refused", "words": why(refused, agent.here.language)}, 409)


def why(refused: CityOpsError, language: str) -> str:
    """Return why something was refused, in words for people."""
    if isinstance(refused, ReportUnusable):
        return texts.say(f"hotline_wrong.{refused.field}", language)
    if isinstance(refused, PersonalData):
        return texts.say("hotline.personal", language)
    if isinstance(refused, KeyUnusable):
        return texts.say("hotline.no_key", language)
    if isinstance(refused, ActRefused | ActForbidden):
        return in_language(refused.why, language)
    return texts.say("hotline.case_changed", language)
