"""The pages of the knowledge base: the list, one article with its versions, and the form that stores the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from starlette.responses import Response

from citizens.knowledge.errors import ArticleUnknown
from citizens.store.articles import article_versions, find_article, list_articles
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Row
from dashboard import texts
from dashboard.cases.words import CaseWords, read_words
from dashboard.pages.knowledge.address import PATH, address_of
from dashboard.pages.knowledge.forms import FIELDS
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext

MOST = 200  # lines of the list
SUMMARY = 80  # characters


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in a list. `state`: in_force, waiting (it begins later) or over."""

    title: str
    summary: str
    category: str
    is_public: bool
    state: str
    version: int
    stored_by: str
    stored_at: object
    address: str


def may_edit(here: RequestContext) -> bool:
    """Whether the visitor changes articles: a supervisor of the whole city, whom all of them are for."""
    return here.allows(Role.SUPERVISOR) and here.person.scope.is_whole


def today(here: RequestContext) -> date:
    """Return the city's day."""
    return utc_now().astimezone(here.site.settings.zone).date()


def told(row: Row, language: str) -> tuple[str, str]:
    """Return title and text of an article in a language; what is not translated is told in Chinese."""
    in_english = language == "en" and row["title_en"]
    return (row["title_en"], row["body_en"]) if in_english else (row["title_zh"], row["body_zh"])


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
        lines=[_line(row, day, words) for row in rows],
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
        line=_line(row, day, words) if row else None,
        versions=versions,
        may_edit=may_edit(here),
        fields=_fields(row, typed, day),
        is_public=typed.get("is_public") == "1" if typed is not None else bool(row and row["is_public"]),
        categories=[(key, words.category(key)) for key in words.catalogue.categories],
        wrong=wrong,
        seen=(typed or {}).get("seen", "") or (row["version"] if row else 0),
    )


def facts(row: Row, language: str) -> dict[str, object]:
    """Return an article as the hotline's form takes it: id, title, text, whether it is public, its address."""
    title, body = told(row, language)
    number = row["article_id"]
    return {"id": number, "title": title, "text": body.strip(), "public": row["is_public"], "at": address_of(number)}


def _line(row: Row, day: date, words: CaseWords) -> ArticleLine:
    title, body = told(row, words.language)
    first = body.strip().partition("\n")[0]
    return ArticleLine(
        title,
        first if len(first) <= SUMMARY else f"{first[:SUMMARY]}…",
        words.category(row["category"]) if row["category"] else "",
        row["is_public"],
        _state(row, day),
        row["version"],
        row["stored_by"],
        row["stored_at"],
        address_of(row["article_id"]),
    )


def _state(row: Row, day: date) -> str:
    if row["valid_from"] > day:
        return "waiting"
    return "over" if row["valid_until"] is not None and row["valid_until"] <= day else "in_force"


def _fields(row: Row | None, typed: Mapping[str, str] | None, day: date) -> dict[str, str]:
    if typed is not None:
        return {name: typed.get(name, "") for name in FIELDS}
    if row is None:
        return dict.fromkeys(FIELDS, "") | {"valid_from": day.isoformat()}
    return {name: "" if row[name] is None else str(row[name]).strip() for name in FIELDS}
