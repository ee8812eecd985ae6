"""Entities as JSON, each with its id and its links; and sets within them. Pure but for what it asks of the sets."""

from collections.abc import Sequence
from dataclasses import replace

from cityops.storage import Row
from portal.sensorthings.entity.entities import target_of
from portal.sensorthings.entity.model import Entity, Relation
from portal.sensorthings.entity.shapes import encode as to_json
from portal.sensorthings.entity.shapes import template_of
from portal.sensorthings.errors import bad
from portal.sensorthings.query.options import MOST_WITHIN, PAGE, Expand, QueryOptions
from portal.sensorthings.query.query_reading import encode
from portal.sensorthings.query.splitting import split
from portal.sensorthings.sets import SetReader

MOST_DRAWN = 20_000  # entities of one answer; sets within others are cut shorter to keep to it
IDS = ("id", "@iot.id")

Drawn = bytes  # an entity as JSON


class Drawing:
    """Draws the answer to one request. `base`: the address of the service, without a slash at its end."""

    def __init__(self, sets: SetReader, base: str) -> None:
        self._sets = sets
        self._base = base

    def entities(
        self, entity: Entity, rows: Sequence[Row], options: QueryOptions, *, share: int | None = None
    ) -> list[Drawn]:
        """Return entities of one set, with what is to be expanded: `share` of each depth, one for each at least."""
        share = (MOST_DRAWN if share is None else share) // max(1, len(options.expand))
        _check_select(entity, options)
        keys = _ids(entity, rows)
        links = self._links(entity, keys)
        expanded = list[list[bytes]]()
        for expand in options.expand:
            relation = _relation(entity, expand.relation)
            if relation.is_many:
                expanded.append(self._expand_many(relation, expand, rows, links, share))
            else:
                expanded.append(self._expand_one(relation, expand, rows, share))
        return _draw(entity, rows, keys, links, options, expanded)

    def references(self, entity: Entity, rows: Sequence[Row]) -> list[Drawn]:
        """Return the addresses of entities alone."""
        return [b'{"@iot.selfLink":"%b"}' % link for link in self._links(entity, _ids(entity, rows))]

    def _links(self, entity: Entity, keys: Sequence[bytes]) -> list[bytes]:
        """Return the address of each entity, as it stands between quotation marks; `keys` are their ids as JSON."""
        before = to_json(f"{self._base}/{entity.set_name}(")[1:-1]
        if keys and keys[0].startswith(b'"'):
            return [b"%b'%b')" % (before, key[1:-1]) for key in keys]
        return [b"%b%b)" % (before, key) for key in keys]

    def _expand_one(self, relation: Relation, expand: Expand, rows: Sequence[Row], share: int) -> list[bytes]:
        """Return the member of each row that holds the entity at the other end."""
        keys = _keys(rows, relation.own)
        entity, options = target_of(relation), replace(expand.options, order=(), top=None, skip=0)
        found = self._sets.ones(entity, relation.theirs, keys, options) if keys else {}
        inner = dict(zip(found, self.entities(entity, list(found.values()), options, share=share), strict=True))
        name = relation.name.encode()
        return [b'"%b":%b' % (name, inner.get(row[relation.own], b"null")) for row in rows]

    def _expand_many(
        self, relation: Relation, expand: Expand, rows: Sequence[Row], links: Sequence[bytes], share: int
    ) -> list[bytes]:
        """Return the members of each row that hold the set at the other end, how many it has, and what follows."""
        target, options, keys = target_of(relation), expand.options, _keys(rows, relation.own)
        room = max(1, share // max(1, len(rows)))
        top = min(PAGE if options.top is None else options.top, MOST_WITHIN, room)
        pages = self._sets.pages(target, relation.theirs, keys, options, top=top) if keys else {}
        counts = self._sets.counts(target, relation.theirs, keys, options) if keys and options.count else {}
        flat = [row for page in pages.values() for row in page.rows]
        inner = iter(self.entities(target, flat, options, share=share))
        parts = {key: b",".join([next(inner) for _ in page.rows]) for key, page in pages.items()}
        name, members = relation.name.encode(), list[bytes]()
        following = to_json(f"/{relation.name}?{_query_of_next(expand)}")[1:-1]
        for row, link in zip(rows, links, strict=True):
            key = row[relation.own]
            count = b'"%b@iot.count":%d,' % (name, counts.get(key, 0)) if options.count else b""
            member = b'%b"%b":[%b]' % (count, name, parts.get(key, b""))
            page = pages.get(key)
            if page is not None and page.token:
                member = b'%b,"%b@iot.nextLink":"%b%b%b"' % (member, name, link, following, page.token.encode())
            members.append(member)
        return members


def _check_select(entity: Entity, options: QueryOptions) -> None:
    unknown = set(options.select) - {*IDS, *entity.by_property, *entity.by_relation}
    if unknown:
        raise bad(f"{entity.set_name} have no property {min(unknown)[:40]}.")


def _ids(entity: Entity, rows: Sequence[Row]) -> list[bytes]:
    """Return the id of each entity as JSON."""
    return [to_json(entity.draw_id(row)) for row in rows]


def _draw(
    entity: Entity,
    rows: Sequence[Row],
    keys: Sequence[bytes],
    links: Sequence[bytes],
    options: QueryOptions,
    expanded: Sequence[Sequence[bytes]],
) -> list[Drawn]:
    """Return each entity, all of it or what `$select` names, with its members of each relation that is expanded."""
    wanted = set(options.select)
    is_whole = not wanted
    own = template_of({one.name: one.shape for one in entity.properties if is_whole or one.name in wanted})
    relations = [one for one in entity.by_relation if is_whole or one in wanted]
    columns: list[Sequence[bytes]] = [*own.columns(rows)]
    members = [own.text[1:-1]] if len(own.text) > len("{}") else []
    if is_whole:
        members.insert(0, b'"@iot.selfLink":"%b"')
        columns.insert(0, links)
    if is_whole or wanted & {*IDS}:
        members.insert(0, b'"@iot.id":%b')
        columns.insert(0, keys)
    members += [f'"{one}@iot.navigationLink":"%b/{one}"'.encode() for one in relations]
    members += [b"%b"] * len(expanded)
    template = b"{%b}" % b",".join(members)
    return [template % values for values in zip(*columns, *[links] * len(relations), *expanded, strict=True)]


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
