"""Addresses of the knowledge base."""

from urllib.parse import urlencode

PATH = "/knowledge"


def address_of(article_id: int | None = None, /, **asked: object) -> str:
    """Return the address of the list, or of an article; what is empty is left out."""
    told = {name: value for name, value in asked.items() if value not in ("", None)}
    path = PATH if article_id is None else f"{PATH}/{article_id}"
    return path + (f"?{urlencode(told)}" if told else "")
