"""The pages of the knowledge base: the list, one article with its versions, and the form that stores the next one."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from starlette.responses import Response

from citizens.knowledge.errors import ArticleUnknown
from citizens.store.articles import article_versions, find_article, list_articles
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard import texts
from dashboard.cases.words import read_words
from dashboard.pages.knowledge.address import PATH
from dashboard.pages.knowledge.article_lines import article_line, told
from dashboard.pages.knowledge.forms import FIELDS
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

MOST = 200  # lines of the list


def may_edit(here: RequestContext) -> bool:
    """Whether the visitor changes articles: a supervisor of the whole city, whom all of them are for."""
    return here.allows(Role.SUPERVISOR) and here.person.scope.is_whole


def today(here: RequestContext) -> date:
    """Return the city's day."""
    return utc_now().astimezone(here.site.settings.zone).date()


def draw_list(here: RequestContext, asked: Mapping[str, str], outcome: RequestOutcome | None) -> Response:
    """Return the articles that fit."""
    day, words = today(here), read_words(here)
    with here.site.database.transaction() as tx:
        rows = list_articles(tx, asked["q"], day=None if asked["which"] == "all" else day, most=MOST)
    return draw_page(
        here,
        "knowledge/list.html",
        texts.say("knowledge.title", here.language),
        at=PATH,
        outcome=outcome,
        asked=asked,
        lines=[article_line(row, day, words) for row in rows],
        may_edit=may_edit(here),
    )


def draw_article(
    here: RequestContext,
    article_id: int | None,
    outcome: RequestOutcome | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
) -> Response:
    """Return one article, or the form of a new one. `typed`: what a form said whose field `wrong` is wrong."""
    words, day = read_words(here), today(here)
    row: Row | None = None
    versions: list[Row] = []
    if article_id is not None:
        try:
            with here.site.database.transaction() as tx:
                row, versions = find_article(tx, article_id), article_versions(tx, article_id)
        except ArticleUnknown:
            title = texts.say("knowledge.title", here.language)
            return draw_page(here, "knowledge/unknown.html", title, at=PATH, status=HTTPStatus.NOT_FOUND)
    title, body = told(row, here.language) if row else (texts.say("knowledge.new", here.language), "")
    return draw_page(
        here,
        "knowledge/article.html",
        title,
        at=PATH,
        outcome=outcome,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        row=row,
        paragraphs=[line for line in body.splitlines() if line.strip()],
        line=article_line(row, day, words) if row else None,
        versions=versions,
        may_edit=may_edit(here),
        fields=_fields(row, typed, day),
        is_public=typed.get("is_public") == "1" if typed is not None else bool(row and row["is_public"]),
        categories=[(key, words.category(key)) for key in words.catalogue.categories],
        wrong=wrong,
        seen=(typed or {}).get("seen", "") or (row["version"] if row else 0),
    )


def _fields(row: Row | None, typed: Mapping[str, str] | None, day: date) -> dict[str, str]:
    if typed is not None:
        return {name: typed.get(name, "") for name in FIELDS}
    if row is None:
        return dict.fromkeys(FIELDS, "") | {"valid_from": day.isoformat()}
    return {name: "" if row[name] is None else str(row[name]).strip() for name in FIELDS}
