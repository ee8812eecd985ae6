"""What a page says: its text without the markup."""

import re
from html import unescape

import httpx


def words(answer: httpx.Response) -> str:
    """Return the text of a page in one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))
