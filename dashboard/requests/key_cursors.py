"""Places in lists that are ordered by a key. Pure."""

from collections.abc import Iterable

import msgspec

from dashboard.requests.cursors import Key, decode_parts, encode_parts


class KeyCursor(msgspec.Struct, frozen=True):
    """What was listed in the order of keys: all up to `after`."""

    after: str

    def encode(self) -> str:
        """Return the cursor as it stands in an address."""
        return encode_parts(self.after)


def decode_key_cursor(text: str) -> KeyCursor:
    """Return the cursor of an address of a list of keys. Raises BadCursor."""
    return KeyCursor(decode_parts(text, Key))


def turn_page_of_keys(
    keys: Iterable[str], cursor: KeyCursor | None, *, limit: int
) -> tuple[list[str], KeyCursor | None]:
    """Return the keys of the next page and the cursor of the one after it, None when this is the last.

    `keys`: those of all rows that there are now, in any order; `cursor`: None for the first page.
    """
    left = sorted(key for key in keys if cursor is None or key > cursor.after)
    page = left[:limit]
    return page, KeyCursor(page[-1]) if len(left) > limit else None
