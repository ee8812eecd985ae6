"""What an entity is: properties, each with the columns that it is made of, and relations. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cityops.storage import Row
from portal.sensorthings.entity.shapes import Shape


class Kind(StrEnum):
    """What can stand in a filter. Numbers have three forms: of keys, of readings, and of arithmetic."""

    TRUTH = "truth"
    INTEGER = "integer"
    FLOAT = "float"
    NUMERIC = "numeric"
    TEXT = "text"
    TIME = "time"
    PERIOD = "period"
    DATE = "date"
    CLOCK = "time of day"
    SPAN = "duration"
    PLACE = "place"
    SHAPE = "shape"
    NOTHING = "null"


NUMBERS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.NUMERIC})
ORDERED = NUMBERS | {Kind.TEXT, Kind.TIME}


@dataclass(frozen=True, slots=True)
class Field:
    """What a filter can ask: a column of the entity's view, or the same text for all rows.

    `may_miss`: some rows have none, so that nothing can be ordered by it.
    """

    kind: Kind
    column: str = ""
    constant: str = ""
    may_miss: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A property: how it looks as JSON, and what of it can be asked, by the path below it ('' is itself).

    `is_free`: an object that may have any members; those that ours do not have are null, and no mistake.
    """

    name: str
    shape: Shape
    fields: Mapping[str, Field]
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: to one or to many of a set, where our column `own` is their column `theirs`."""

    name: str
    target: str
    own: str
    theirs: str
    is_many: bool


@dataclass(frozen=True)
class Entity:
    """A kind of entity: `name` of one, `set_name` of all, the view of schema `portal`, and its key in order.

    `draw_id` returns its `@iot.id`; `written_id` the same as addresses have it.
    """

    name: str
    set_name: str
    view: str
    key: tuple[Field, ...]
    draw_id: Callable[[Row], str | int]
    properties: tuple[Property, ...]
    relations: tuple[Relation, ...]
    columns: tuple[str, ...]

    @cached_property
    def by_property(self) -> Mapping[str, Property]:
        """The properties by their names."""
        return {one.name: one for one in self.properties}

    @cached_property
    def by_relation(self) -> Mapping[str, Relation]:
        """The relations by their names, as they are: `Thing` for one, `Things` for many."""
        return {one.name: one for one in self.relations}

    def address_of(self, key: str | int) -> str:
        """Return `Things('a-1')` or `Datastreams(5)`."""
        return f"{self.set_name}({key})" if isinstance(key, int) else f"{self.set_name}('{key}')"
