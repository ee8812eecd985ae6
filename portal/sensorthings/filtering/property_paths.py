"""Paths in a filter or an order, such as `Datastream/ObservedProperty/name`: to columns, through relations. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from odata_query import ast

from cityops.storage.pieces import Composer, StatementPiece
from portal.sensorthings.entity.entities import ID, is_observations, target_of
from portal.sensorthings.entity.model import Entity, Field, Kind, Relation
from portal.sensorthings.errors import bad
from portal.sensorthings.filtering.expressions import Expression

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The entity that names mean, and the alias of its view. `variables`: those of lambdas around."""

    entity: Entity
    alias: str
    variables: Mapping[str, "Range"] = field(default_factory=dict)

    def start(self, names: Names) -> tuple["Range", Names]:
        """Return whom a path begins at, and what is left of it."""
        variable = self.variables.get(names[0])
        return (self, names) if variable is None else (variable, names[1:])


def names_of(node: ast._Node) -> Names:
    """Return the names of a path. Raises SensorThingsError for what is none."""
    if isinstance(node, ast.Identifier):
        return (".".join((*node.namespace, node.name)),)
    if isinstance(node, ast.Attribute):
        return (*names_of(node.owner), node.attr)
    raise bad("$filter has something in a path that is no name.")


def find_relation(entity: Entity, name: str) -> Relation | None:
    """Return a relation by its name; `Thing` for `Things` and so on is understood too."""
    return entity.by_relation.get(name)


def prefix_to_many(names: Names, around: Range) -> Names:
    """Return the part of a path up to its first relation to many; () where there is none."""
    current, rest = around.start(names)
    entity, passed = current.entity, len(names) - len(rest)
    for place, name in enumerate(rest):
        relation = find_relation(entity, name)
        if relation is None:
            return ()
        if relation.is_many:
            return names[: passed + place + 1]
        entity = target_of(relation)
    return ()


def prefix_to_one(names: Names, around: Range) -> Names:
    """Return the first step of a path where that is a relation to one; () where it is none, or one of a variable."""
    relation = None if names[0] in around.variables else find_relation(around.entity, names[0])
    return names[:1] if relation is not None and not relation.is_many and len(names) > 1 else ()


class PathReader:
    """Makes expressions of paths, for one statement."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer

    def read(self, names: Names, around: Range) -> Expression:
        """Return what a path means. Raises SensorThingsError for a property or relation that there is not."""
        current, rest = around.start(names)
        if not rest:
            raise bad("$filter names an entity where a property is wanted.")
        relation = find_relation(current.entity, rest[0])
        if relation is None:
            return self._property(current, rest)
        if relation.is_many:
            raise bad(f"{relation.name} are many: ask with {relation.name}/any(x: …).")
        inner = Range(target_of(relation), self._composer.alias())
        found = self.read(rest[1:] or ("",), inner)
        if found.piece is None:
            return found
        through = self._composer.piece(
            "sta_through",
            value=found.piece,
            relation=self.relation(inner),
            theirs=self._composer.column(inner.alias, relation.theirs),
            own=self._composer.column(current.alias, relation.own),
        )
        return Expression(found.kind, through, may_miss=found.may_miss)

    def own_key(self, names: Names, around: Range) -> tuple[StatementPiece, Relation]:
        """Return the column, reached through relations to one, that the last relation of a path starts from."""
        current, rest = around.start(names)
        relation = find_relation(current.entity, rest[0]) if rest else None
        if relation is None:
            raise bad(f"There is no relation {'/'.join(names)[:60]}.")
        if len(rest) == 1:
            return self._composer.column(current.alias, relation.own), relation
        if relation.is_many:
            raise bad(f"{relation.name} are many: ask with {relation.name}/any(x: …).")
        inner = Range(target_of(relation), self._composer.alias())
        value, last = self.own_key(rest[1:], inner)
        through = self._composer.piece(
            "sta_through",
            value=value,
            relation=self.relation(inner),
            theirs=self._composer.column(inner.alias, relation.theirs),
            own=self._composer.column(current.alias, relation.own),
        )
        return through, last

    def relation(self, inner: Range) -> StatementPiece:
        """Return the view of a range, for a FROM."""
        return self._composer.relation("portal", inner.entity.view, inner.alias)

    def _property(self, current: Range, names: Sequence[str]) -> Expression:
        entity = current.entity
        if names[0] == "id" and len(names) == 1:
            if is_observations(entity):
                return Expression(Kind.TEXT, self._composer.column(current.alias, ID))
            return self._column(current, entity.key[0])
        found = entity.by_property.get(names[0])
        if found is None:
            raise bad(f"{entity.set_name} have no property {names[0][:40]}.")
        asked = found.fields.get("/".join(names[1:]))
        if asked is not None:
            return self._column(current, asked)
        if len(names) > 1 and found.is_free:
            return Expression(Kind.NOTHING, self._composer.piece("sta_unknown"))
        raise bad(f"$filter cannot ask for {'/'.join(names)[:60]} of {entity.set_name}. Ask for a member of it.")

    def _column(self, current: Range, asked: Field) -> Expression:
        if asked.kind is Kind.NOTHING:
            return Expression(Kind.NOTHING, self._composer.piece("sta_unknown"))
        if asked.constant:
            piece = self._composer.piece("sta_text", value=self._composer.value(asked.constant))
            return Expression(asked.kind, piece)
        piece = self._composer.column(current.alias, asked.column)
        return Expression(asked.kind, piece, may_miss=asked.may_miss)
