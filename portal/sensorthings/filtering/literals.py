"""Values that are written in a filter: numbers, texts, times, and the rest. Pure."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from odata_query import ast

from cityops.storage.pieces import Composer
from portal.sensorthings.entity.model import Kind
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Expression, read_moment
from portal.sensorthings.filtering.shapes import read_shape

LONGEST_SPAN = timedelta(days=36_525)
LARGEST, MOST_DIGITS = Decimal("1e300"), 60


def read_literal(node: ast._Literal, composer: Composer) -> Expression:
    """Return what a written value is. Raises SensorThingsError for what cannot be read, or is beyond all bounds."""
    if isinstance(node, ast.Boolean):
        piece = composer.piece("sta_true")
        return Expression(Kind.TRUTH, piece if node.py_val else composer.piece("sta_not", operand=piece))
    reader = _READERS.get(type(node))
    if reader is None:
        raise bad(f"$filter cannot use a {type(node).__name__} here.")
    kind, read = reader
    try:
        return Expression(kind, value=read(node))
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise bad(f"$filter has a value that cannot be read: {error}"[:200]) from error


def _number(node: Any) -> Decimal:
    number = Decimal(node.val)
    if len(node.val) > MOST_DIGITS or abs(number) > LARGEST or (number and abs(number) < 1 / LARGEST):
        raise bad(f"$filter has a number with more than {MOST_DIGITS} digits, or beyond {LARGEST}.")
    return number


def _span(node: Any) -> timedelta:
    span: timedelta = node.py_val
    if abs(span) > LONGEST_SPAN:
        raise bad("$filter has a duration of more than 100 years.")
    return span


_READERS: Mapping[type[ast._Literal], tuple[Kind, Callable[[Any], object]]] = {
    ast.Integer: (Kind.INTEGER, _number),
    ast.Float: (Kind.FLOAT, _number),
    ast.Null: (Kind.NOTHING, lambda _: None),
    ast.String: (Kind.TEXT, lambda node: node.val),
    ast.GUID: (Kind.TEXT, lambda node: node.val),
    ast.DateTime: (Kind.TIME, lambda node: read_moment(node.val)),
    ast.Date: (Kind.DATE, lambda node: node.py_val),
    ast.Time: (Kind.CLOCK, lambda node: node.py_val),
    ast.Duration: (Kind.SPAN, _span),
    ast.Geography: (Kind.SHAPE, lambda node: read_shape(node.val)),
}
