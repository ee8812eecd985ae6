"""Cutting query texts where no quotation mark and no bracket is open. Pure."""

import re
from collections.abc import Iterator

from portal.sensorthings.errors import bad

QUOTED = re.compile(r"('(?:[^']|'')*')")


def split(text: str, separator: str) -> list[str]:
    """Return the parts between separators that stand outside of quotation marks and brackets, without spaces around.

    Raises SensorThingsError where a bracket or a quotation mark is not closed.
    """
    parts, start, depth, is_quoted = list[str](), 0, 0, False
    for place, sign in enumerate(text):
        if sign == "'":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                break
        elif sign == separator and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    if depth or is_quoted:
        raise bad(f"A bracket or a quotation mark is not closed in: {text[:200]}")
    return [*parts, text[start:].strip()]


def outside_quotes(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in pieces, each with whether it is outside of quotation marks."""
    for number, piece in enumerate(QUOTED.split(text)):
        yield number % 2 == 0, piece
