"""Addresses of resources: `Things('a-1')/Datastreams(5)/Observations`, and what of them is wanted. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.sensorthings.entity.entities import BY_SET, target_of
from portal.sensorthings.entity.model import Entity, Relation
from portal.sensorthings.errors import bad, missing

DEEPEST = 4  # entities of one address
LARGEST_SERIES = 2**31 - 1
_SEGMENT = re.compile(r"(?P<name>[A-Za-z]+)(?:\((?P<key>.*)\))?", re.DOTALL)
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_OBSERVATION = re.compile(r"(0|[1-9]\d{0,9})-(0|-?[1-9]\d{0,15})")

Key = str | int | tuple[int, int]


class ResourcePart(StrEnum):
    """What of a resource is wanted."""

    WHOLE = "whole"
    PROPERTY = "property"
    VALUE = "value"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of an address: into a set, by a relation of the step before. `key` of one (None: all, or the only one)."""

    entity: Entity
    relation: Relation | None
    key: Key | None

    @property
    def is_one(self) -> bool:
        """Whether it leads to one entity."""
        return self.key is not None or (self.relation is not None and not self.relation.is_many)


@dataclass(frozen=True, slots=True)
class Path:
    """The steps of an address, and what is wanted at its end; `name` is that of a property."""

    steps: tuple[PathStep, ...]
    part: ResourcePart = ResourcePart.WHOLE
    name: str = ""

    @property
    def entity(self) -> Entity:
        """What it leads to."""
        return self.steps[-1].entity


def read_path(path: str) -> Path:
    """Return what an address below `/v1.1/` means. Raises SensorThingsError (404, or 400 for what is too deep)."""
    segments, steps = path.strip("/").split("/"), list[PathStep]()
    while segments and segments[0] and not segments[0].startswith("$"):
        if steps and steps[-1].is_one and segments[0] in steps[-1].entity.by_property:
            return _read_property(tuple(steps), segments)
        steps.append(_read_step(segments.pop(0), steps[-1] if steps else None))
        if len(steps) > DEEPEST:
            raise bad(f"An address goes through {DEEPEST} entities at most.")
    if not steps:
        raise missing()
    if segments == ["$ref"]:
        return Path(tuple(steps), ResourcePart.REFERENCES)
    if segments:
        raise missing()
    return Path(tuple(steps))


def _read_property(steps: tuple[PathStep, ...], segments: list[str]) -> Path:
    name, rest = segments[0], segments[1:]
    if rest not in ([], ["$value"]):
        raise missing()
    return Path(steps, ResourcePart.VALUE if rest else ResourcePart.PROPERTY, name)


def _read_step(segment: str, before: PathStep | None) -> PathStep:
    found = _SEGMENT.fullmatch(segment)
    if found is None or (before is not None and not before.is_one):
        raise missing()
    name, given = found["name"], found["key"]
    if before is None:
        entity, relation = BY_SET.get(name), None
    else:
        relation = before.entity.by_relation.get(name)
        entity = target_of(relation) if relation is not None else None
    if entity is None or (given is not None and relation is not None and not relation.is_many):
        raise missing(f"There is no {name[:40]} at this address.")
    return PathStep(entity, relation, None if given is None else _read_key(entity, given.strip()))


def _read_key(entity: Entity, given: str) -> Key:
    quoted = _TEXT.fullmatch(given)
    text = quoted[1].replace("''", "'") if quoted else given
    if "\0" in text:
        raise missing()
    if entity.set_name == "Observations":
        return read_observation_id(text) or (-1, 0)
    if entity.set_name == "Datastreams":
        is_series = not quoted and text.isascii() and text.isdecimal() and int(text[:11]) <= LARGEST_SERIES
        return int(text) if is_series else -1
    return text


def read_observation_id(text: str) -> tuple[int, int] | None:
    """Return series and microsecond of an id; None for what is no id."""
    found = _OBSERVATION.fullmatch(text)
    if found is None or int(found[1]) > LARGEST_SERIES:
        return None
    return int(found[1]), int(found[2])
