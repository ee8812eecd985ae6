"""What a token gives. The database decides which rows and fields, and counts the read: here is nothing to get round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityops.accounts.tokens import token_hash
from cityops.storage import Row, Transaction, load_queries
from sharing.errors import DataSetUnknown, ShareKeyUnusable, ShareTokenUnknown

SQL = load_queries("sharing")
MOST_ROWS = 5000  # of a page; the database gives no more


@dataclass(frozen=True, slots=True)
class SharedPage:
    """Rows as lists in the order of `fields`. `masked`: those of them that tell of persons and were not granted.

    `late`: how many rows, the first ones, came after who reads on had passed their time. `is_behind`: some that did are
    not told any more, and the span is to be read again.
    """

    fields: Sequence[str]
    masked: Sequence[str]
    rows: Sequence[Sequence[Any]]
    next: str  # where to read on, also when nothing was found
    late: int = 0
    is_behind: bool = False


def read_shared(
    tx: Transaction, token: str, data_set: str, *, after: str, start: datetime | None, limit: int, origin: str
) -> SharedPage:
    """Return the rows of a set after a key, as far as the token reaches. `start`: of readings and hours, without a key.

    The transaction works in the role of departments from now on. Raises ShareTokenUnknown, DataSetUnknown,
    ShareKeyUnusable.
    """
    tx.execute(SQL["enter_shared"])
    values = {"after": after, "start": start, "limit": limit, "origin": origin}
    return page_of(tx.value(SQL["read_shared"], token_hash=token_hash(token), data_set=data_set, **values))


def page_of(told: dict[str, Any]) -> SharedPage:
    """Return a page as the database told it. Raises as `read_shared`."""
    refused = told.get("refused")
    if refused is not None:
        raise {"token": ShareTokenUnknown, "set": DataSetUnknown, "key": ShareKeyUnusable}[refused]
    granted = set(told["granted"])
    masked = [name for name in told["fields"] if name not in granted]
    return SharedPage(told["fields"], masked, told["rows"], told["next"], told["late"], told["behind"])


def is_share_token(tx: Transaction, token: str) -> bool:
    """Whether a token is known and in force, whatever it opens."""
    return bool(tx.value(SQL["is_share_token"], token_hash=token_hash(token)))


def tell_shared(tx: Transaction, token: str) -> list[Row]:
    """Return what a token opens: a row for each set, with department, purpose, in_area, expires_at and fields.

    The transaction works in the role of departments from now on. Raises ShareTokenUnknown where it opens nothing.
    """
    tx.execute(SQL["enter_shared"])
    rows = tx.rows(SQL["tell_shared"], token_hash=token_hash(token))
    if not rows:
        raise ShareTokenUnknown
    return rows
