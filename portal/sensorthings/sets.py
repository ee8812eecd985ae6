"""Questions to the database about one set: a page, how many, pages of many parents at once."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cityops.storage import Row, Transaction
from portal.sensorthings.entity.entities import EPOCH, NEWEST, is_observations
from portal.sensorthings.entity.model import Entity
from portal.sensorthings.errors import bad
from portal.sensorthings.page_tokens import write_token, write_tokens
from portal.sensorthings.paths import Key as EntityKey
from portal.sensorthings.query.options import QueryOptions
from portal.sensorthings.set_statements import Fixed, SetStatements

LONGEST = 8.0  # seconds after which no further statement of one answer begins


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
        question = SetStatements(entity, fixed, QueryOptions(), self._now)
        rows = self._rows(question.page(limit=1).text, **question.values)
        if not rows and is_observations(entity):  # the newest reading of a series is kept longer than the others
            question = SetStatements(replace(entity, view=NEWEST), fixed, QueryOptions(), self._now)
            rows = self._rows(question.page(limit=1).text, **question.values)
        return rows[0] if rows else None

    def page(self, entity: Entity, fixed: Fixed, options: QueryOptions, *, top: int) -> SetPage:
        """Return a page of at most `top` entities of the set in which columns have these values."""
        question = SetStatements(
            _view_of(entity, options, top, has_series="series_id" in fixed), fixed, options, self._now
        )
        rows = self._rows(question.page(limit=top + 1).text, **question.values) if top else []
        count = self._rows(question.count().text, **question.values)[0]["count"] if options.count else None
        token = write_token(question.keys, rows[top - 1]) if len(rows) > top > 0 else ""
        if question.is_newest and rows:
            token = write_token(question.keys, rows[-1])  # whether there are older ones is not looked for
        return SetPage(rows[:top], token, count)

    def ones(self, entity: Entity, column: str, keys: Sequence[object], options: QueryOptions) -> dict[object, Row]:
        """Return the entities whose column is one of some keys, by key."""
        question = SetStatements(entity, {}, options, self._now)
        rows = self._rows(question.of_keys(column, keys).text, **question.values)
        return {row[column]: row for row in rows}

    def pages(
        self, entity: Entity, column: str, keys: Sequence[object], options: QueryOptions, *, top: int
    ) -> dict[object, SetPage]:
        """Return the first page of what belongs to each key, by key; a key of which there is nothing is left out."""
        newest = _view_of(entity, options, top, has_series=column == "series_id")
        question = SetStatements(newest, {column: None}, options, self._now, is_each=True)
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
        question = SetStatements(entity, {}, options, self._now)
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
