"""The routes of the knowledge base: reading for all who work with it, and one act that stores an article."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from citizens.knowledge.errors import ArticleChanged, ArticleUnknown, ArticleUnusable
from citizens.store.articles import list_articles, store_article
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.pages.knowledge import article_lines, page
from dashboard.pages.knowledge.address import PATH, address_of
from dashboard.pages.knowledge.forms import LARGEST, read_article
from dashboard.requests.forms import number_of, read_fields
from dashboard.ui.form_acts import Word
from dashboard.ui.html_pages import read_outcome
from dashboard.web.request_context import Forbidden, RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Query(max_length=400)]
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
OFFERED = 4  # articles beside a form


@router.get(PATH)
async def show_list(
    q: Text = "", which: Annotated[str, Query(pattern="^(in_force|all)$")] = "in_force", said: Word = "", bad: Word = ""
) -> Response:
    """Return the articles that fit."""
    asked = {"q": q, "which": which}
    return await asyncio.to_thread(page.draw_list, require(Role.VIEWER), asked, read_outcome(said, bad))


@router.get(f"{PATH}/find")
async def find(q: Text = "") -> list[dict[str, Any]]:
    """Return what answers a question that is being typed: id, title, text, whether it is public, its address."""
    return await asyncio.to_thread(_find, require(Role.VIEWER), q)


@router.get(f"{PATH}/new")
async def show_form() -> Response:
    """Return the form of a new article."""
    return await asyncio.to_thread(page.draw_article, editor(), None)


@router.get(PATH + "/{article_id}")
async def show_article(article_id: Number, said: Word = "", bad: Word = "") -> Response:
    """Return one article."""
    return await asyncio.to_thread(page.draw_article, require(Role.VIEWER), article_id, read_outcome(said, bad))


@router.post(f"{PATH}/store", dependencies=ACT)
async def store(request: Request) -> Response:
    """Store an article: a new one, or the next version of the one that the form was made of."""
    here = editor()
    sent = {name: values[-1] for name, values in (await read_fields(request, largest=LARGEST)).items()}
    return await asyncio.to_thread(_store, here, sent)


def editor() -> RequestContext:
    """Return the visit of somebody who changes it. Raises Forbidden."""
    here = require(Role.SUPERVISOR)
    if not page.may_edit(here):
        raise Forbidden
    return here


def _find(here: RequestContext, text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    with here.site.database.transaction() as tx:
        rows = list_articles(tx, text, day=page.today(here), most=OFFERED)
    return [article_lines.facts(row, here.language) for row in rows]


def _store(here: RequestContext, sent: dict[str, str]) -> Response:
    article_id = number_of(sent, "article") or None

    def work(tx: Transaction) -> str:
        article, seen = read_article(sent), number_of(sent, "seen")
        who, now, origin = here.person.name, utc_now(), here.origin
        stored, _ = store_article(tx, article, actor=who, now=now, article_id=article_id, seen=seen, origin=origin)
        return address_of(stored, said="article_stored")

    try:
        return RedirectResponse(str(here.act(work)), HTTPStatus.SEE_OTHER)
    except ArticleUnusable as refused:
        return page.draw_article(here, article_id, typed=sent, wrong=refused.field)
    except ArticleChanged:
        return RedirectResponse(address_of(article_id, bad="article_changed"), HTTPStatus.SEE_OTHER)
    except ArticleUnknown:
        return RedirectResponse(address_of(bad="article_unknown"), HTTPStatus.SEE_OTHER)
