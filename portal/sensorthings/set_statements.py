"""The statements about one set, all with the same condition and the same values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import NEWEST
from portal.sensorthings.entity.model import Entity, Kind
from portal.sensorthings.filtering.expressions import Arithmetic, Expression
from portal.sensorthings.filtering.filters import write_filter
from portal.sensorthings.filtering.property_paths import Range
from portal.sensorthings.ordering import OrderKey, write_keys, write_order
from portal.sensorthings.page_tokens import write_beginning
from portal.sensorthings.query.options import QueryOptions

PACKAGE = "portal"
Fixed = Mapping[str, object]  # columns of a set, each with the one value that it has there


class SetStatements:
    """Statements about one set, all with the same condition and the same values."""

    def __init__(
        self, entity: Entity, fixed: Fixed, options: QueryOptions, now: datetime, *, is_each: bool = False
    ) -> None:
        self._composer = Composer(PACKAGE)
        self._options = options
        self._range = Range(entity, self._composer.alias())
        self._where = self._condition({} if is_each else fixed, now)
        self.keys: list[OrderKey] = write_keys(options.order, self._composer, self._range, fixed=fixed)
        self.is_newest = entity.view == NEWEST and bool(options.order)

    @property
    def values(self) -> Mapping[str, object]:
        """What is bound into the statements."""
        return self._composer.values

    def page(self, *, limit: int) -> StatementPiece:
        """Return what asks for a page."""
        where = self._where
        if self._options.token:
            beginning = write_beginning(self.keys, self._options.token, self._composer)
            where = self._and(where, beginning)
        return self._composer.piece("sta_page", where=where, limit=self._composer.value(limit), **self._parts())

    def count(self) -> StatementPiece:
        """Return what counts the set."""
        return self._composer.piece("sta_count", relation=self._relation(), where=self._where)

    def of_keys(self, column: str, keys: Sequence[object]) -> StatementPiece:
        """Return what asks for the entities of these keys."""
        parts = self._parts()
        return self._composer.piece(
            "sta_of_keys",
            columns=parts["columns"],
            relation=parts["relation"],
            key=self._column(column),
            keys=self._list(keys),
            where=self._where,
        )

    def pages_of_keys(self, column: str, keys: Sequence[object], *, limit: int) -> StatementPiece:
        """Return what asks for a page of each of these keys."""
        return self._composer.piece(
            "sta_pages_of_keys",
            key=self._column(column),
            keys=self._list(keys),
            where=self._where,
            limit=self._composer.value(limit),
            **self._parts(),
        )

    def counts_of_keys(self, column: str, keys: Sequence[object]) -> StatementPiece:
        """Return what counts the entities of each of these keys."""
        return self._composer.piece(
            "sta_counts_of_keys",
            relation=self._relation(),
            key=self._column(column),
            keys=self._list(keys),
            where=self._where,
        )

    def _parts(self) -> dict[str, StatementPiece]:
        columns = self._range.entity.columns
        own = (self._column(name) for name in columns)
        keys = (self._composer.named(key.piece, key.name) for key in self.keys if key.name not in columns)
        return {
            "columns": self._composer.listed([*own, *keys]),
            "relation": self._relation(),
            "order": write_order(self.keys, self._composer),
            "skip": self._composer.value(0 if self._options.token else self._options.skip),
        }

    def _condition(self, fixed: Fixed, now: datetime) -> StatementPiece:
        where, arithmetic = self._composer.piece("sta_true"), Arithmetic(self._composer)
        for column, value in fixed.items():
            same = arithmetic.compare("eq", _expression(self._column(column), value), _given(value))
            where = self._and(where, same)
        if self._options.filter:
            where = self._and(where, write_filter(self._options.filter, self._composer, self._range, now=now))
        return where

    def _and(self, left: StatementPiece, right: StatementPiece) -> StatementPiece:
        return self._composer.piece("sta_and", left=left, right=right)

    def _relation(self) -> StatementPiece:
        return self._composer.relation("portal", self._range.entity.view, self._range.alias)

    def _column(self, name: str) -> StatementPiece:
        return self._composer.column(self._range.alias, name)

    def _list(self, keys: Sequence[object]) -> StatementPiece:
        if isinstance(keys[0], int):  # as one literal, which the server reads faster than ten thousand numbers
            return self._composer.piece("sta_integers", value=self._composer.value(f"{{{','.join(map(str, keys))}}}"))
        return self._composer.piece("sta_texts", value=self._composer.value(list(keys)))


def _kind_of(value: object) -> Kind:
    if isinstance(value, datetime):
        return Kind.TIME
    return Kind.INTEGER if isinstance(value, int) else Kind.TEXT


def _expression(piece: StatementPiece, value: object) -> Expression:
    return Expression(_kind_of(value), piece)


def _given(value: object) -> Expression:
    return Expression(_kind_of(value), value=Decimal(value) if isinstance(value, int) else value)
