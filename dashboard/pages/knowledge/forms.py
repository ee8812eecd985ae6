"""What the form of an article sends, as an article, or the field that is wrong."""

from collections.abc import Mapping
from datetime import date

from citizens.knowledge.article import Article
from citizens.knowledge.errors import ArticleUnusable

FIELDS = (
    "title_zh", "body_zh", "title_en", "body_en", "keywords", "category", "source", "valid_from", "valid_until",
)  # fmt: skip
LARGEST = 120_000  # bytes: two texts of 4000 characters, each written as nine bytes, and the rest


def read_article(sent: Mapping[str, str]) -> Article:
    """Return the article that a form describes. Raises ArticleUnusable naming the field."""
    texts = {name: sent.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    begin, end = _day("valid_from", texts.pop("valid_from")), _day("valid_until", texts.pop("valid_until"))
    if begin is None:
        raise ArticleUnusable("valid_from")
    return Article(valid_from=begin, valid_until=end, is_public=sent.get("is_public") == "1", **texts)


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ArticleUnusable(field) from error
