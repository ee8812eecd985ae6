"""Tokens of pages: the keys of the last entity of one, after which the next begins. Pure."""

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from cityops.storage import Row
from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.model import NUMBERS, Kind
from portal.sensorthings.entity.shapes import encode
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Arithmetic, Expression, read_moment
from portal.sensorthings.ordering import OrderKey

WRONG = "The $skiptoken is none of this set. Begin again without it."
LONGEST_TEXT = 1_000
_FOR_ADDRESSES = bytes.maketrans(b"+/", b"-_")  # base64 as an address can have it


def write_token(keys: Sequence[OrderKey], row: Row) -> str:
    """Return the token of the page that comes after an entity."""
    return write_tokens(keys, [row])[0]


def write_tokens(keys: Sequence[OrderKey], rows: Sequence[Row]) -> list[str]:
    """Return the token of the page that comes after each of some entities."""
    names = [key.name for key in keys]
    written = (encode([row[name] for name in names]) for row in rows)
    return [binascii.b2a_base64(one, newline=False).translate(_FOR_ADDRESSES, b"=").decode() for one in written]


def write_beginning(keys: Sequence[OrderKey], token: str, composer: Composer) -> StatementPiece:
    """Return the condition that entities come after what a token stands for. Raises SensorThingsError."""
    arithmetic = Arithmetic(composer)
    values = [_read(key, value) for key, value in zip(keys, _decode(token, len(keys)), strict=True)]
    after: StatementPiece | None = None
    for key, value in reversed(list(zip(keys, values, strict=True))):
        beyond = arithmetic.compare("lt" if key.is_descending else "gt", key.expression, value)
        if after is not None:
            same = composer.piece("sta_and", left=arithmetic.compare("eq", key.expression, value), right=after)
            beyond = composer.piece("sta_or", left=beyond, right=same)
        after = beyond
    assert after is not None  # noqa: S101  (an order has a key)
    # What the first key says of all the rest: an index can begin there, which it cannot with an OR.
    first = arithmetic.compare("le" if keys[0].is_descending else "ge", keys[0].expression, values[0])
    return composer.piece("sta_and", left=first, right=after)


def _decode(token: str, count: int) -> list[object]:
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise bad(WRONG) from error
    if not isinstance(values, list) or len(values) != count:
        raise bad(WRONG)
    return values


def _read(key: OrderKey, value: object) -> Expression:
    kind = key.expression.kind
    if kind in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return Expression(Kind.INTEGER if isinstance(value, int) else Kind.FLOAT, value=Decimal(repr(value)))
    if isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value:
        if kind is Kind.TIME:
            return Expression(kind, value=read_moment(value))
        if kind is Kind.TEXT:
            return Expression(kind, value=value)
    raise bad(WRONG)
