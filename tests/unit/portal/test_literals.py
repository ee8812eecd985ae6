"""Values that are written in a filter: what is read, and what is beyond all bounds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from odata_query import ast

from cityops.storage.pieces import Composer
from portal.sensorthings.entity.model import Kind
from portal.sensorthings.errors import SensorThingsError
from portal.sensorthings.filtering.expressions import Expression
from portal.sensorthings.filtering.literals import read_literal


def read(node: ast._Literal) -> Expression:
    return read_literal(node, Composer("portal"))


@pytest.mark.parametrize(
    ("node", "kind", "value"),
    [
        (ast.Integer("7"), Kind.INTEGER, Decimal(7)),
        (ast.Float("-0.5"), Kind.FLOAT, Decimal("-0.5")),
        (ast.Float("0"), Kind.FLOAT, Decimal(0)),
        (ast.Float("1e300"), Kind.FLOAT, Decimal("1e300")),
        (ast.Float("-1e300"), Kind.FLOAT, Decimal("-1e300")),
        (ast.Float("1e-300"), Kind.FLOAT, Decimal("1e-300")),
        (ast.Integer("1" * 60), Kind.INTEGER, Decimal("1" * 60)),
        (ast.String("o'clock"), Kind.TEXT, "o'clock"),
        (ast.Null(), Kind.NOTHING, None),
        (ast.Date("2026-03-01"), Kind.DATE, date(2026, 3, 1)),
        (ast.Duration("P36525D"), Kind.SPAN, timedelta(days=36_525)),
    ],
)
def test_a_value_is_read_up_to_its_bounds(node: ast._Literal, kind: Kind, value: object) -> None:
    assert read(node) == Expression(kind, value=value)


@pytest.mark.parametrize(
    "node",
    [
        ast.Float("1.1e300"),
        ast.Float("-1.1e300"),
        ast.Float("0.9e-300"),
        ast.Integer("1" * 61),
        ast.Duration("P36526D"),
        ast.Duration("-P36526D"),
        ast.Date("2026-02-30"),
        ast.DateTime("2026-03-01T25:00:00Z"),
    ],
)
def test_a_value_beyond_them_is_refused(node: ast._Literal) -> None:
    with pytest.raises(SensorThingsError, match=r"^\$filter has a|time"):
        read(node)


def test_what_is_true_is_a_piece_and_what_is_false_its_opposite() -> None:
    true, false = read(ast.Boolean("true")), read(ast.Boolean("false"))

    assert (true.kind, false.kind) == (Kind.TRUTH, Kind.TRUTH)
    assert true.piece != false.piece
    assert not true.is_given
