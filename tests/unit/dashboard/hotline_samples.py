"""What the pages of the hotline and of its knowledge base may be given; every text that is not ours is the argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from citizens.persons.contact import NOBODY, Contact
from dashboard.pages.hotline.calls import CallLine
from dashboard.pages.hotline.review import ReviewLine
from dashboard.pages.knowledge.article_lines import ArticleLine
from dashboard.pages.knowledge.forms import FIELDS

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


def tabs(text: str) -> dict[str, Any]:
    return {"tabs": [("hotline.part_calls", text, True)]}


def call(text: str) -> dict[str, Any]:
    """The form of a call, in a city without a key."""
    return tabs(text) | {
        "kinds": [(text, text, 1)],
        "grounds": [(text, text, text)],
        "has_key": False,
        "code": {"alphabet": text, "length": 8},
    }


def calls(text: str) -> dict[str, Any]:
    """Two people to call back: one who was tried, of whom the contact is shown, and one who is asked to be left out."""
    row = {"report_id": 1, "number": text, "confidential": False, "received_at": AT, "said": text, "address": text}
    row |= {"handled_at": AT, "result": text, "case_id": 1, "case_number": text, "version": 9, "exclusion": "may"}
    missed = {"attempt": 1, "at": AT, "called_by": text, "reached": False, "solved": None, "comment": text}
    reached = missed | {"attempt": 2, "reached": True, "solved": "explained"}
    shown = CallLine(row, text, text, Contact(text, text), True, [missed, reached])
    other = row | {"report_id": 2, "confidential": True, "exclusion": "asked"}
    hidden = CallLine(other, text, text, NOBODY, False, [])
    return tabs(text) | {
        "lines": [shown, hidden],
        "made": {"calls": 3, "reached": 1},
        "has_key": True,
        "tries_needed": 3,
    }


def review(text: str) -> dict[str, Any]:
    """A confidential report with a number in its words, and photographs."""
    row = {"report_id": 1, "number": text, "received_at": AT, "confidential": True, "case_id": 1, "said": text}
    row |= {"answer": text}
    photos: list[dict[str, Any]] = [
        {"place": 1, "reviewed_at": AT, "public": True},
        {"place": 2, "reviewed_at": None, "public": False},
    ]
    return tabs(text) | {"lines": [ReviewLine(row, text, text, [text], True, photos)], "more": text}


PAGES: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("knowledge/list.html", article_list),
    ("knowledge/article.html", lambda text: article(text, is_new=False)),
    ("knowledge/unknown.html", lambda _: {}),
    ("hotline/closed.html", lambda _: {}),
    ("hotline/call.html", call),
    ("hotline/calls.html", calls),
    ("hotline/review.html", review),
]
