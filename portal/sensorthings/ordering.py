"""In which order a set is. Pure.

The keys of an order always end with those of the entity, so that no two entities are at one place. A page costs the
same wherever it is: the database is asked for what comes after these keys, not to pass over what was before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import is_observations
from portal.sensorthings.entity.model import ORDERED, Kind
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Expression
from portal.sensorthings.filtering.property_paths import PathReader, Range
from portal.sensorthings.query.options import Order


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order. `name` is the column of the answer that has it: the entity's own where it is one."""

    expression: Expression
    is_descending: bool
    name: str

    @property
    def piece(self) -> StatementPiece:
        """The key itself; every key is a column or what is reached from one."""
        assert self.expression.piece is not None  # noqa: S101
        return self.expression.piece


def write_keys(
    orders: Sequence[Order], composer: Composer, around: Range, *, fixed: Mapping[str, object]
) -> list[OrderKey]:
    """Return the keys of an order. `fixed`: columns that have one value in the whole set. Raises SensorThingsError."""
    paths = PathReader(composer)
    wanted = list[tuple[Expression, bool]]()
    for order in orders:
        if order.path == ("id",) and is_observations(around.entity):
            wanted += _own_keys(composer, around, is_descending=order.is_descending)
            continue
        expression = paths.read(order.path, around)
        if expression.kind not in ORDERED | {Kind.NOTHING} or expression.may_miss:
            raise bad(f"$orderby cannot order by {'/'.join(order.path)[:60]}. Name a number, a text or a time.")
        if expression.kind is not Kind.NOTHING:  # what no entity has changes no order
            wanted.append((expression, order.is_descending))
    wanted += _own_keys(composer, around, is_descending=False)
    keys, seen = list[OrderKey](), set[str]()
    ours = {composer.column(around.alias, column).text for column in fixed}
    columns = {composer.column(around.alias, column).text: column for column in around.entity.columns}
    if all(expression.piece is not None and expression.piece.text in ours for expression, _ in wanted):
        ours = set()  # a set of one is in order, too
    for expression, is_descending in wanted:
        assert expression.piece is not None  # noqa: S101  (columns only)
        if expression.piece.text not in seen | ours:
            seen.add(expression.piece.text)
            comparable = _comparable(expression, composer, around)
            name = columns.get(comparable.piece.text if comparable.piece else "", f"key_{len(keys)}")
            keys.append(OrderKey(comparable, is_descending, name))
    return keys


def _own_keys(composer: Composer, around: Range, *, is_descending: bool) -> list[tuple[Expression, bool]]:
    return [
        (Expression(field.kind, composer.column(around.alias, field.column)), is_descending)
        for field in around.entity.key
    ]


def _comparable(expression: Expression, composer: Composer, around: Range) -> Expression:
    """Have texts ordered as their comparisons are; the keys of entities stay as their index is."""
    own = {composer.column(around.alias, field.column).text for field in around.entity.key}
    if expression.kind is not Kind.TEXT or expression.piece is None or expression.piece.text in own:
        return expression
    return Expression(Kind.TEXT, composer.piece("sta_plain_order", text=expression.piece))


def write_order(keys: Sequence[OrderKey], composer: Composer) -> StatementPiece:
    """Return what stands behind ORDER BY."""
    return composer.listed(
        composer.piece("sta_descending" if key.is_descending else "sta_ascending", key=key.piece) for key in keys
    )
