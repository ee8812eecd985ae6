"""Questions to the database about one set: a page, how many, pages of many parents at once."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from cityops.storage import Row, Transaction
from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import EPOCH, NEWEST, is_observations
from portal.sensorthings.entity.model import Entity, Kind
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Arithmetic, Expression
from portal.sensorthings.filtering.filters import write_filter
from portal.sensorthings.filtering.property_paths import Range
from portal.sensorthings.options import QueryOptions
from portal.sensorthings.ordering import OrderKey, write_beginning, write_keys, write_order, write_token, write_tokens
from portal.sensorthings.paths import Key as EntityKey

PACKAGE = "portal"
LONGEST = 8.0  # seconds after which no further statement of one answer begins
Fixed = Mapping[str, object]  # columns of a set, each with the one value that it has there


@dataclass(frozen=True, slots=True)
class SetPage:
    """A page of a set. `token`: where the next begins ('': there is none); `count`: of the whole set, if asked."""

    rows: Sequence[Row]
    token: str = ""
    count: int | None = None


class SetReader:
    """Asks about sets in one transaction. `now` is what `now()` of a filter means, UTC.

    One answer may need many statements, each within its time: together they end after LONGEST.
    """

    def __init__(self, tx: Transaction, *, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._until = time.monotonic() + LONGEST

    def one(self, entity: Entity, fixed: Fixed) -> Row | None:
        """Return the entity that has these values, if it is there and open."""
        question = _Question(entity, fixed, QueryOptions(), self._now)
        rows = self._rows(question.page(limit=1).text, **question.values)
        if not rows and is_observations(entity):  # the newest reading of a series is kept longer than the others
            question = _Question(replace(entity, view=NEWEST), fixed, QueryOptions(), self._now)
            rows = self._rows(question.page(limit=1).text, **question.values)
        return rows[0] if rows else None

    def page(self, entity: Entity, fixed: Fixed, options: QueryOptions, *, top: int) -> SetPage:
        """Return a page of at most `top` entities of the set in which columns have these values."""
        question = _Question(_view_of(entity, options, top, has_series="series_id" in fixed), fixed, options, self._now)
        rows = self._rows(question.page(limit=top + 1).text, **question.values) if top else []
        count = self._rows(question.count().text, **question.values)[0]["count"] if options.count else None
        token = write_token(question.keys, rows[top - 1]) if len(rows) > top > 0 else ""
        if question.is_newest and rows:
            token = write_token(question.keys, rows[-1])  # whether there are older ones is not looked for
        return SetPage(rows[:top], token, count)

    def ones(self, entity: Entity, column: str, keys: Sequence[object], options: QueryOptions) -> dict[object, Row]:
        """Return the entities whose column is one of some keys, by key."""
        question = _Question(entity, {}, options, self._now)
        rows = self._rows(question.of_keys(column, keys).text, **question.values)
        return {row[column]: row for row in rows}

    def pages(
        self, entity: Entity, column: str, keys: Sequence[object], options: QueryOptions, *, top: int
    ) -> dict[object, SetPage]:
        """Return the first page of what belongs to each key, by key; a key of which there is nothing is left out."""
        newest = _view_of(entity, options, top, has_series=column == "series_id")
        question = _Question(newest, {column: None}, options, self._now, is_each=True)
        if question.is_newest:
            found = self._rows(question.of_keys(column, keys).text, **question.values)
            tokens = write_tokens(question.keys, found)
            return {row[column]: SetPage([row], token) for row, token in zip(found, tokens, strict=True)}
        rows = self._rows(question.pages_of_keys(column, keys, limit=top + 1).text, **question.values) if top else []
        by_key = defaultdict[object, list[Row]](list)
        for row in rows:
            by_key[row["parent_key"]].append(row)
        return {
            key: SetPage(found[:top], write_token(question.keys, found[top - 1]) if len(found) > top else "")
            for key, found in by_key.items()
        }

    def counts(self, entity: Entity, column: str, keys: Sequence[object], options: QueryOptions) -> dict[object, int]:
        """Return how many belong to each key, by key."""
        question = _Question(entity, {}, options, self._now)
        rows = self._rows(question.counts_of_keys(column, keys).text, **question.values)
        return {row["parent_key"]: row["count"] for row in rows}

    def _rows(self, statement: str, **values: object) -> list[Row]:
        if time.monotonic() > self._until:
            raise bad("The answer takes too long to find. Ask for fewer relations at once, or a smaller page.")
        return self._tx.rows(statement, **values)


def key_values(entity: Entity, key: EntityKey) -> Fixed:
    """Return the columns that have the key of an entity, with their values."""
    if isinstance(key, tuple):
        return {"series_id": key[0], "time": EPOCH + timedelta(microseconds=key[1])}
    return {entity.key[0].column: key}


def _view_of(entity: Entity, options: QueryOptions, top: int, *, has_series: bool) -> Entity:
    """Read the newest reading of a series where it is kept: no history is looked through for it."""
    first = options.order[0] if options.order else None
    is_newest = (
        is_observations(entity)
        and has_series
        and first is not None
        and first.path == ("phenomenonTime",)
        and first.is_descending
        and top == 1
        and not (options.filter or options.skip or options.token or options.count)
    )
    return replace(entity, view=NEWEST) if is_newest else entity


class _Question:
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
        where = self._where
        if self._options.token:
            beginning = write_beginning(self.keys, self._options.token, self._composer)
            where = self._and(where, beginning)
        return self._composer.piece("sta_page", where=where, limit=self._composer.value(limit), **self._parts())

    def count(self) -> StatementPiece:
        return self._composer.piece("sta_count", relation=self._relation(), where=self._where)

    def of_keys(self, column: str, keys: Sequence[object]) -> StatementPiece:
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
        return self._composer.piece(
            "sta_pages_of_keys",
            key=self._column(column),
            keys=self._list(keys),
            where=self._where,
            limit=self._composer.value(limit),
            **self._parts(),
        )

    def counts_of_keys(self, column: str, keys: Sequence[object]) -> StatementPiece:
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
