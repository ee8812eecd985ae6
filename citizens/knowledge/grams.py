"""The pieces of a text by which an article is found. Pure; the one place that cuts texts, of articles and of questions.

Chinese has no spaces between words: every two neighbours of a run of its characters are a piece (路面积水: 路面, 面积,
积水). Words of letters are cut after five of them, so that flooded and flooding are one; digits stay whole.
docs/decisions/0128-two-neighbours-find-an-article.md has what was measured.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

MOST = 200  # pieces of a question
STEM = 5  # letters
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-z]+|[0-9]+")
_HAN = "㐀"


def grams_of(text: str) -> list[str]:
    """Return the pieces of a text, each once, in their order."""
    return list(dict.fromkeys(_grams(unicodedata.normalize("NFKC", text).lower())))


def weights_of(parts: Mapping[str, int]) -> dict[str, int]:
    """Return the pieces of texts with the highest weight of those that have them. `parts`: the weight of each text."""
    found: dict[str, int] = {}
    for text, weight in parts.items():
        for gram in grams_of(text):
            found[gram] = max(weight, found.get(gram, 0))
    return found


def _grams(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match[0]
        if run >= _HAN and len(run) > 1:
            yield from (run[place : place + 2] for place in range(len(run) - 1))
        elif run >= _HAN or run.isdigit() or len(run) > 2:
            yield run[:STEM] if run.isascii() and run.isalpha() else run
