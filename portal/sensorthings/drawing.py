"""Entities as JSON, each with its id and its links; and sets within them. Pure but for what it asks of the sets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cityops.storage import Row
from portal.sensorthings.entities import target_of
from portal.sensorthings.errors import bad
from portal.sensorthings.model import Entity, Relation
from portal.sensorthings.options import MOST_WITHIN, PAGE, Expand, Options, encode
from portal.sensorthings.sets import SetReader
from portal.sensorthings.splitting import split

MOST_DRAWN = 20_000  # entities of one answer; sets within others are cut shorter to keep to it
IDS = ("id", "@iot.id")

Drawn = dict[str, Any]
Draw = Callable[[Row], Drawn]


class Drawing:
    """Draws the answer to one request. `base`: the address of the service, without a slash at its end."""

    def __init__(self, sets: SetReader, base: str) -> None:
        self._sets = sets
        self._base = base

    def entities(
        self, entity: Entity, rows: Sequence[Row], options: Options, *, share: int | None = None
    ) -> list[Drawn]:
        """Return entities of one set, with what is to be expanded: `share` of each depth, one for each at least."""
        share = (MOST_DRAWN if share is None else share) // max(1, len(options.expand))
        draw = self._drawer(entity, options)
        drawn = [draw(row) for row in rows]
        for expand in options.expand:
            relation = _relation(entity, expand.relation)
            if relation.is_many:
                self._expand_many(entity, relation, expand, rows, drawn, share)
            else:
                self._expand_one(relation, expand, rows, drawn, share)
        return drawn

    def references(self, entity: Entity, rows: Sequence[Row]) -> list[Drawn]:
        """Return the addresses of entities alone."""
        return [{"@iot.selfLink": f"{self._base}/{entity.address(row)}"} for row in rows]

    def _drawer(self, entity: Entity, options: Options) -> Draw:
        """Return what draws one entity: all of it, or what `$select` names."""
        wanted = set(options.select)
        unknown = wanted - {*IDS, *entity.by_property, *entity.by_relation}
        if unknown:
            raise bad(f"{entity.set_name} have no property {min(unknown)[:40]}.")
        base, has_id = self._base, not wanted or bool(wanted & {*IDS})
        properties = [(one.name, one.draw) for one in entity.properties if not wanted or one.name in wanted]
        links = [(f"{one}@iot.navigationLink", f"/{one}") for one in entity.by_relation if not wanted or one in wanted]

        def draw(row: Row) -> Drawn:
            key = entity.draw_id(row)
            link = f"{base}/{entity.address_of(key)}"
            drawn: Drawn = {"@iot.id": key} if has_id else {}
            if not wanted:
                drawn["@iot.selfLink"] = link
            for name, value in properties:
                drawn[name] = value(row)
            for name, tail in links:
                drawn[name] = link + tail
            return drawn

        return draw

    def _expand_one(
        self, relation: Relation, expand: Expand, rows: Sequence[Row], drawn: Sequence[Drawn], share: int
    ) -> None:
        keys = _keys(rows, relation.own)
        entity, options = target_of(relation), replace(expand.options, order=(), top=None, skip=0)
        found = self._sets.ones(entity, relation.theirs, keys, options) if keys else {}
        inner = dict(zip(found, self.entities(entity, list(found.values()), options, share=share), strict=True))
        for row, outer in zip(rows, drawn, strict=True):
            outer[relation.name] = inner.get(row[relation.own])

    def _expand_many(
        self,
        entity: Entity,
        relation: Relation,
        expand: Expand,
        rows: Sequence[Row],
        drawn: Sequence[Drawn],
        share: int,
    ) -> None:
        target, options, keys = target_of(relation), expand.options, _keys(rows, relation.own)
        room = max(1, share // max(1, len(rows)))
        top = min(PAGE if options.top is None else options.top, MOST_WITHIN, room)
        pages = self._sets.pages(target, relation.theirs, keys, options, top=top) if keys else {}
        counts = self._sets.counts(target, relation.theirs, keys, options) if keys and options.count else {}
        flat = [row for page in pages.values() for row in page.rows]
        inner = iter(self.entities(target, flat, options, share=share))
        parts = {key: [next(inner) for _ in page.rows] for key, page in pages.items()}
        following = _query_of_next(expand)
        for row, outer in zip(rows, drawn, strict=True):
            key = row[relation.own]
            if options.count:
                outer[f"{relation.name}@iot.count"] = counts.get(key, 0)
            outer[relation.name] = parts.get(key, [])
            page = pages.get(key)
            if page is not None and page.token:
                link = f"{self._base}/{entity.address(row)}/{relation.name}?{following}{page.token}"
                outer[f"{relation.name}@iot.nextLink"] = link


def _relation(entity: Entity, name: str) -> Relation:
    relation = entity.by_relation.get(name)
    if relation is None:
        raise bad(f"{entity.set_name} have no relation {name[:40]}. There are: {', '.join(entity.by_relation)}.")
    return relation


def _keys(rows: Sequence[Row], column: str) -> list[object]:
    return list(dict.fromkeys(row[column] for row in rows))


def _query_of_next(expand: Expand) -> str:
    """Return the query of the page that comes after the one within another entity, but for its token."""
    given = {
        name.strip(): value.strip()
        for name, _, value in (part.partition("=") for part in filter(None, split(expand.text, ";")))
        if name.strip() != "$skip"
    }
    return encode({**given, "$skiptoken": ""})
