"""Places in lists whose rows come, go and change their order. Pure.

An offset counts rows, so a row that moves is read twice or never. A cursor says which rows were listed: by their
numbers while the most urgent are read, then by the number that was reached, which no change of an alert moves.
A list in the order of keys that never change, as the ids of sensors, needs the last key only.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Any

import msgspec

LARGEST_ID = 2**63 - 1  # bigint
MOST_LISTED = 1000  # numbers in one cursor: it travels in an address
LONGEST_KEY = 64  # characters: the id of a sensor

Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_KEY)]


class BadCursor(ValueError):
    """This is no cursor of this list. Follow the links of the answers from the first page on."""


class Cursor(msgspec.Struct, frozen=True):
    """What was listed: the rows `listed`, and then all from the number `below` on."""

    listed: frozenset[int] = frozenset()
    below: int | None = None

    def encode(self) -> str:
        """Return the cursor as it stands in an address."""
        steps = [after - before for before, after in pairwise([0, *sorted(self.listed)])]
        return encode_parts((self.below, steps))


START = Cursor()


def decode_cursor(text: str) -> Cursor:
    """Return the cursor of an address. Raises BadCursor."""
    below, steps = decode_parts(text, tuple[Number | None, list[Number]])
    return Cursor(frozenset(accumulate(steps)), below)


def turn_page(ranked: Sequence[int], cursor: Cursor, *, limit: int) -> tuple[list[int], Cursor | None]:
    """Return the rows of the next page and the cursor of the one after it, None when this is the last.

    `ranked`: the numbers of all rows that there are now, in the order of the list. Its order holds for the first
    MOST_LISTED rows; the rest follows by number, the highest first. A row that stays is on exactly one page.
    """
    left = [number for number in ranked if number not in cursor.listed]
    if cursor.below is None and (not cursor.listed or len(cursor.listed) + limit <= MOST_LISTED):
        page = left[:limit]
        following = Cursor(cursor.listed.union(page))
    else:
        left = [number for number in left if cursor.below is None or number < cursor.below]
        page = sorted(left, reverse=True)[:limit]
        following = Cursor(cursor.listed, page[-1] if page else 0)
    return page, following if len(left) > limit else None


def cursor_after(numbers: Sequence[int], *, limit: int) -> Cursor | None:
    """Return the cursor after the first `limit` rows of a list that only grows and is read by number, highest first.

    `numbers`: those of the rows that were read from a cursor's `below` on, one more than are listed where there are so
    many; None: no row follows. New rows have higher numbers, so no page is moved by them.
    """
    return Cursor(below=numbers[limit - 1]) if len(numbers) > limit else None


def encode_parts(content: object) -> str:
    """Return parts as a text that addresses can hold."""
    return urlsafe_b64encode(msgspec.msgpack.encode(content)).decode().rstrip("=")


def decode_parts(text: str, kind: Any) -> Any:
    """Return the parts of a cursor. Raises BadCursor."""
    try:
        packed = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(packed, type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadCursor(BadCursor.__doc__) from error
