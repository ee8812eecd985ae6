"""The page of posts and its two acts: to give one, and to take one away."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cases.errors import LastOfPost, PostUnusable
from cases.life.posts import GIVEN, CaseActor, Post
from cases.store.posts import give_post, take_post
from cityops.accounts.administration import AccountUnknown, AdministratorsApart, NotYourPart, OwnAccount
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.posts.page import PATH, Leaving, draw_posts
from dashboard.requests.forms import read_form
from dashboard.ui.form_acts import Refusals, Word, answer_act
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
REFUSALS: Refusals = {
    AccountUnknown: "unknown",
    OwnAccount: "own",
    AdministratorsApart: "apart",
    NotYourPart: "apart",
}


@router.get(PATH)
async def show(said: Word = "", bad: Word = "") -> Response:
    """Return the page."""
    here = require(Role.SECURITY_ADMIN)
    return await asyncio.to_thread(draw_posts, here, read_outcome(said, bad))


@router.post(f"{PATH}/give", dependencies=ACT)
async def give(request: Request) -> Response:
    """Give an account a post."""
    here, sent = require(Role.SECURITY_ADMIN), await read_form(request)

    def work(tx: Transaction) -> str:
        give_post(tx, _holder(sent), actor=here.person.name, now=utc_now(), origin=here.origin)
        return "post_given"

    return await asyncio.to_thread(_act, here, sent, work)


@router.post(f"{PATH}/take", dependencies=ACT)
async def take(request: Request) -> Response:
    """Take a post away; of the last who holds it only when the form says so (`last`)."""
    here, sent = require(Role.SECURITY_ADMIN), await read_form(request)

    def work(tx: Transaction) -> str:
        who, origin, unless_last = here.person.name, here.origin, sent.get("last") != "1"
        take_post(tx, _holder(sent), actor=who, now=utc_now(), origin=origin, unless_last=unless_last)
        return "post_taken"

    return await asyncio.to_thread(_act, here, sent, work)


def _holder(sent: dict[str, str]) -> CaseActor:
    """Return whom a form means. Raises PostUnusable."""
    name, post, department = (sent.get(field, "").strip()[:64] for field in ("name", "post", "department"))
    if post not in GIVEN:
        raise PostUnusable(f"No person is a {post}.")
    return CaseActor(name, Post(post), department)


def _act(here: RequestContext, sent: dict[str, str], work: Callable[[Transaction], str]) -> Response:
    """Do it once for this request; else return the page that says why not, or what would wait for nobody."""
    try:
        return answer_act(here, work, REFUSALS, back=PATH)
    except LastOfPost as last:
        leaving = Leaving(_holder(sent), last.waiting, is_last=last.is_last)
        return draw_posts(here, None, leaving=leaving, status=HTTPStatus.CONFLICT)
    except PostUnusable as refused:
        return draw_posts(here, None, why=refused.why, sent=sent, status=HTTPStatus.UNPROCESSABLE_ENTITY)
