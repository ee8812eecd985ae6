"""Places in lists whose rows come, go and change their order. Pure.

An offset counts rows, so a row that moves is read twice or never. A cursor says which rows were listed: by their
numbers while the most urgent are read, then by the number that was reached, which no change of an alert moves.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Annotated

import msgspec

LARGEST_ID = 2**63 - 1  # bigint
MOST_LISTED = 1000  # numbers in one cursor: it travels in an address


Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_ID)]


class BadCursor(ValueError):
    """This is no cursor of this list. Follow the links of the answers from the first page on."""


class Cursor(msgspec.Struct, frozen=True):
    """What was listed: the rows `listed`, and then all from the number `below` on."""

    listed: frozenset[int] = frozenset()
    below: int | None = None

    def encode(self) -> str:
        """Return the cursor as it stands in an address."""
        steps = [after - before for before, after in pairwise([0, *sorted(self.listed)])]
        return urlsafe_b64encode(msgspec.msgpack.encode((self.below, steps))).decode().rstrip("=")


START = Cursor()


def decode_cursor(text: str) -> Cursor:
    """Return the cursor of an address. Raises BadCursor."""
    try:
        packed = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        below, steps = msgspec.msgpack.decode(packed, type=tuple[Number | None, list[Number]])
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadCursor(BadCursor.__doc__) from error
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
