"""Articles in words: as lines of a list, and as the hotline's form takes them. Pure."""

from dataclasses import dataclass
from datetime import date

from cityops.storage import Row
from dashboard.cases.words import CaseWords
from dashboard.pages.knowledge.address import address_of

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


def told(row: Row, language: str) -> tuple[str, str]:
    """Return title and text of an article in a language; what is not translated is told in Chinese."""
    in_english = language == "en" and row["title_en"]
    return (row["title_en"], row["body_en"]) if in_english else (row["title_zh"], row["body_zh"])


def facts(row: Row, language: str) -> dict[str, object]:
    """Return an article as the hotline's form takes it: id, title, text, whether it is public, its address."""
    title, body = told(row, language)
    number = row["article_id"]
    return {"id": number, "title": title, "text": body.strip(), "public": row["is_public"], "at": address_of(number)}


def article_line(row: Row, day: date, words: CaseWords) -> ArticleLine:
    """Return an article as a line of a list."""
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
