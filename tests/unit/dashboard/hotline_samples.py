"""What the pages of the hotline and of its knowledge base may be given; every text that is not ours is the argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from dashboard.pages.knowledge.forms import FIELDS
from dashboard.pages.knowledge.page import ArticleLine

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def article_line(text: str) -> ArticleLine:
    return ArticleLine(text, text, text, True, "waiting", 2, text, AT, text)


def article_list(text: str) -> dict[str, Any]:
    """Articles that fit, for somebody who may change them."""
    return {"asked": {"q": text, "which": "all"}, "lines": [article_line(text)], "may_edit": True}


def article(text: str, *, is_new: bool) -> dict[str, Any]:
    """An article with two versions and its form, with a field that is wrong; or the form of a new one."""
    row = {"article_id": 1, "title_en": "", "source": text}
    version = {"version": 1, "stored_by": text, "stored_at": AT, "title_zh": text, "body_zh": text, "is_public": True}
    version |= {"valid_from": date(2026, 1, 1), "valid_until": None}
    return {
        "row": None if is_new else row,
        "line": None if is_new else article_line(text),
        "paragraphs": [text],
        "versions": [] if is_new else [version, version],
        "may_edit": True,
        "fields": dict.fromkeys(FIELDS, text),
        "is_public": True,
        "categories": [(text, text)],
        "wrong": "title_zh",
        "seen": 2,
    }


PAGES: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("knowledge/list.html", article_list),
    ("knowledge/article.html", lambda text: article(text, is_new=False)),
    ("knowledge/unknown.html", lambda _: {}),
]
