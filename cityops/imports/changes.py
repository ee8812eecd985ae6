"""What an import would change, before it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from cityops.imports.findings import Findings
from cityops.standards.tpi import Road

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Changes(Generic[Thing]):
    """The things of a file, by what storing them would do."""

    new: list[Thing]
    changed: list[Thing]
    unchanged: list[Thing]

    @property
    def to_store(self) -> list[Thing]:
        """What has to be written."""
        return [*self.new, *self.changed]

    def named(self, name: Callable[[Thing], str]) -> "Changes[str]":
        """Return the same with names in place of the things, for people."""
        return Changes([*map(name, self.new)], [*map(name, self.changed)], [*map(name, self.unchanged)])

    def counts(self) -> dict[str, int]:
        """Return how many are new, changed and unchanged."""
        return {"new": len(self.new), "changed": len(self.changed), "unchanged": len(self.unchanged)}


@dataclass(frozen=True, slots=True)
class RoadResult:
    """What an import of roads did, or would do. Lengths in km; `measured` is what detectors speak for."""

    roads: dict[Road, int]
    measured: dict[Road, float]
    detectors: int
    on_roads: int
    replaced: int
    findings: Findings


def compare(found: Mapping[str, Thing], stored: Mapping[str, Thing]) -> Changes[Thing]:
    """Compare what a file holds with what is stored, both by key."""
    new = [thing for key, thing in found.items() if key not in stored]
    changed = [thing for key, thing in found.items() if key in stored and stored[key] != thing]
    unchanged = [thing for key, thing in found.items() if key in stored and stored[key] == thing]
    return Changes(new, changed, unchanged)
