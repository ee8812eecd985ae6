"""Answers to what people often ask: the public part of the knowledge base."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.context import portal_of
from portal.rendering import answer_page, language_in
from portal.store.articles import find_articles
from portal.texts import say

KEEP = 30  # seconds
MOST = 20
LONGEST = 100  # characters of a question


async def show_help(request: Request) -> Response:
    """The articles that fit `q`; without it the newest."""
    language = language_in(request.scope, request.app.state.settings)
    asked = request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = await portal_of(request).read(partial(find_articles, text=asked, most=MOST))
    articles = [
        (one.article_id, one.title.in_language(language), one.body.in_language(language).splitlines()) for one in found
    ]
    return answer_page(
        request,
        "help.html",
        title=say("help.title", language),
        keep=KEEP,
        asked=asked,
        articles=articles,
    )


ROUTES = [Route("/help", show_help)]
