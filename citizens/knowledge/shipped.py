"""The articles that come with the product: plainly useful, for the simulated city; a real one has its own."""

from datetime import date
from importlib.resources import files

import msgspec

from citizens.knowledge.article import Article


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    keywords: str
    category: str = ""
    source: str = ""
    is_public: bool = True


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    article: tuple[_Entry, ...]


def shipped_articles(valid_from: date) -> list[Article]:
    """Return them, in force from a day on."""
    text = files("citizens").joinpath("data", "articles.toml").read_bytes()
    entries = msgspec.toml.decode(text, type=_File).article
    return [Article(valid_from=valid_from, **msgspec.structs.asdict(entry)) for entry in entries]
