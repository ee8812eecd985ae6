"""What the pages of sharing are given, for tests of their templates."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dashboard.pages.sharing.lines import FieldLine, RequestLine

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def line(text: str, state: str, number: int) -> RequestLine:
    sets = [FieldLine(text, [text], [text])]
    facts = (number, text, text, text, text, sets, AT, state, text, AT, text, AT, text, text, AT)
    return RequestLine(*facts, has_head=state != "asked", stood_in=state == "granted")


def sharing(text: str) -> dict[str, Any]:
    return {
        "department": text,
        "is_head": True,
        "waiting": [line(text, "asked", 1)],
        "own": [line(text, "asked", 2), line(text, "granted", 3)],
        "given": [line(text, "granted", 4)],
        "receivers": [{"number": 1, "request": 3, "title": text, "url": text, "dead": 1}],
        "pushable": {2: [], 3: [(text, text)]},
        "offers": [{"provider": text, "sets": [{"name": text, "title": text, "condition": text}]}],
    }


def ask(text: str) -> dict[str, Any]:
    field = {"name": text, "word": text, "is_personal": True, "is_marked": True}
    return {
        "sets": [{"name": text, "title": text, "notes": text, "condition": text, "provider": text, "fields": [field]}],
        "typed": {"purpose": text, "area": text, "days": ""},
        "wrong": "purpose",
        "day_choices": (30, 90),
        "usual_days": "90",
        "areas": [(text, text)],
    }


def usage(text: str) -> dict[str, Any]:
    names = dict.fromkeys(("department_name", "title", "data_set", "provider_name", "address"), text)
    return {
        "month": "2026-03",
        "months": ["2026-03", text],
        "used": [names | {"reads": 1, "rows": 2, "last_at": AT}],
        "waiting": [line(text, "asked", 1)],
        "granted": [line(text, "granted", 2)],
        "past": [line(text, "revoked", 3)],
    }


def reads(text: str) -> dict[str, Any]:
    one = {"at": AT, "rows": 1, "way": "pull", "fields": [text], "purpose": text, "origin": text, "request": 1}
    day = {"day": AT.date(), "reads": 2, "pushes": 1, "rows": 3, "purpose": text, "request": 1}
    return {"month": text, "department": text, "data_set": text, "lines": [one], "counted": [day], "older": text}


def deliveries(text: str) -> dict[str, Any]:
    one = {"number": 1, "made_at": AT, "rows": 1, "attempts": 2, "due_at": AT, "words": text, "body": text}
    return {
        "receiver": {"number": 1, "title": text, "url": text},
        "lines": [one | {"state": "dead"}, one | {"number": 2, "state": "waiting"}],
    }


PAGES: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("sharing/sharing.html", sharing),
    ("sharing/ask.html", ask),
    ("sharing/token.html", lambda text: {"secret": text, "is_token": True}),
    ("sharing/usage.html", usage),
    ("sharing/reads.html", reads),
    ("sharing/deliveries.html", deliveries),
]
