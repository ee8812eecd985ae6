"""What people can report: the open categories of the catalogue in force. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from cityops.catalogue import Names


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition under which a category is filed, which a report may name."""

    standard: str
    words: Names


@dataclass(frozen=True, slots=True)
class PublicService:
    """A category that is open to everybody. `is_personal`: its place may tell who reported, so it is shown roughly."""

    category: str
    name: Names
    group: Names
    keywords: tuple[str, ...]
    is_personal: bool
    conditions: tuple[Condition, ...]

    def condition(self, standard: str) -> Condition | None:
        """Return a condition by its key."""
        return next((one for one in self.conditions if one.standard == standard), None)


def by_category(services: Iterable[PublicService]) -> Mapping[str, PublicService]:
    """Return the services by their category."""
    return {service.category: service for service in services}


def by_group(services: Iterable[PublicService]) -> list[tuple[Names, list[PublicService]]]:
    """Return the services in their groups, both in the order in which they are given."""
    return [(group, list(members)) for group, members in groupby(services, key=lambda one: one.group)]
