"""How names are put in order and found: the one home of both, for pages, the API and exports.

Pure. Chinese is ordered as in a dictionary by sound (pinyin, then tone), digits as the numbers they are ("2号" before
"10号"), Chinese before Latin letters, as ICU's collation `zh-u-co-pinyin-kn` has it. Not every PostgreSQL knows that
collation, the embedded one does not: so names are put in order here, the same in both storage profiles.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

ORDER = Path(__file__).parent / "data" / "pinyin_order.txt"
SortKey = tuple[tuple[tuple[int, int, str], ...], str]
REMEMBERED = 1 << 16  # names: a city's devices and areas
_SAID_AS = {"重庆": "虫庆", "沈阳": "审阳"}  # cities whose first character is read otherwise than alone, as in ICU
_CHINESE_WORDS = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff]+|.")
_PART = re.compile(r"\d+|.", re.DOTALL)
_SIGN, _NUMBER, _CHINESE, _LETTER = range(4)  # the classes of signs, in the order in which they come


def fold(text: str) -> str:
    """Return a text as it is compared: full width is half width, large letters are small (assets/keyboard.js)."""
    return unicodedata.normalize("NFKC", text).lower().strip()


@lru_cache(REMEMBERED)
def sort_key(name: str) -> SortKey:
    """Return what puts names in the order that people expect; equal names only by how they are written."""
    folded = fold(name)
    for written, said in _SAID_AS.items():
        folded = folded.replace(written, said)
    return tuple(_sortable(part) for part in _PART.findall(folded)), name


def rank_names(names: Iterable[str]) -> dict[str, int]:
    """Return the place of each different name in that order, from 0."""
    return {name: place for place, name in enumerate(sorted(set(names), key=sort_key))}


@lru_cache(REMEMBERED)
def search_key(*names: str | None) -> str:
    """Return the text in which a search for these names looks: the folded names, their pinyin and its initials.

    A folded word finds them when the text contains it. A character with two readings is found by both.
    """
    return "\n".join(dict.fromkeys(line for name in names if name for line in _search_lines(name)))


def finds(words: str, key: str) -> bool:
    """Whether what a person typed finds a `search_key`: each of its words must."""
    return all(word in key for word in fold(words).split())


@lru_cache(REMEMBERED)
def _search_lines(name: str) -> tuple[str, ...]:
    folded = fold(name)
    if folded.isascii():
        return (folded,)
    words = _CHINESE_WORDS.findall("".join(folded.split()))
    lines = [[_read(word)[way] for word in words] for way in range(4)]
    return (folded, *("".join(line) for line in lines))


@lru_cache(REMEMBERED)
def _read(word: str) -> tuple[str, str, str, str]:
    """Return how a word is read and its initials; then sign by sign, as somebody reads a name they do not know."""
    whole = _sounds(word)
    alone = [_sounds(sign)[0] for sign in word]
    return "".join(whole), "".join(s[0] for s in whole), "".join(alone), "".join(s[0] for s in alone)


def _sounds(word: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its dictionary takes half a second; only a search needs it)

    return lazy_pinyin(word)


@cache
def _places() -> dict[str, int]:
    """Return the place of each Chinese character in the order of their sound."""
    lines = ORDER.read_text(encoding="utf-8").splitlines()
    signs = "".join(line for line in lines if not line.startswith("#"))
    return {sign: place for place, sign in enumerate(signs)}


def _sortable(part: str) -> tuple[int, int, str]:
    place = _places().get(part)
    if place is not None:
        return _CHINESE, place, ""
    if part.isdecimal():
        return _NUMBER, int(part), ""
    return (_LETTER if part.isalpha() else _SIGN), 0, part
