"""Indices that Python computes, for what the `[index]` tables of a domain cannot say.

A distribution that a city installs registers a function under the name of a domain, in the entry point group
`cityops.domains`. docs/reference/domains.md shows one.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Literal, Protocol, get_args

from cityops.errors import CatalogueError

GROUP = "cityops.domains"

Level = Literal["good", "watch", "strained", "critical"]  # the best first

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MetricAggregate:
    """One metric over an area, of fresh values: its own mean (None where it has none), the largest, the smallest."""

    mean: float | None
    high: float
    low: float


@dataclass(frozen=True, slots=True)
class DomainIndex:
    """How a domain stands, before its open alerts cost what they cost.

    `score`: 0 to 100, 100 where nothing burdens it. `level`: None for that of the score; alerts may make it worse,
    never better. `points`: what each metric cost, for the words beside the index.
    """

    score: float
    level: Level | None = None
    points: Mapping[str, float] = field(default_factory=dict)


class IndexFunction(Protocol):
    """A pure function of the latest aggregates of a domain's metrics, by metric; what nobody measures is absent.

    It returns None where too little is known. It is called with each picture, for the city and for each district,
    and for each quarter of an hour of the day before.
    """

    def __call__(self, aggregates: Mapping[str, MetricAggregate], /) -> DomainIndex | None:
        """Return the index, or None."""


class GuardedIndex:
    """An index function that stops nothing else: the first time it raises, or says what is no index, it is out.

    Then the domain has no index until the next start, and the log says why.
    """

    def __init__(self, domain: str, function: IndexFunction) -> None:
        self._domain, self._function = domain, function
        self._is_out = False

    def __call__(self, aggregates: Mapping[str, MetricAggregate], /) -> DomainIndex | None:
        """Return the index, or None."""
        if self._is_out:
            return None
        try:
            return _checked(self._function(aggregates))
        except Exception:
            self._is_out = True
            logger.exception(
                "The index of the domain %s failed and is switched off. Mend its function and start again.",
                self._domain,
                extra={"action": "domains.index"},
            )
            return None


def load_index_functions(domains: Collection[str]) -> dict[str, GuardedIndex]:
    """Return the functions that are registered for some domains, by domain. Raises CatalogueError naming the entry."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name in domains:
            first = found.setdefault(point.name, point)
            if first.value != point.value:
                raise CatalogueError(
                    f"The index of the domain {point.name} is registered twice, as {first.value} and {point.value}. "
                    "Uninstall one of the two."
                )
    return {name: GuardedIndex(name, _load(point)) for name, point in found.items()}


def _checked(found: DomainIndex | None) -> DomainIndex | None:
    """Return an index that is one. Raises ValueError."""
    if found is None or (0 <= found.score <= 100 and found.level in (None, *get_args(Level))):
        return found
    raise ValueError(f"{found} is no index. Return a score from 0 to 100, and one of {get_args(Level)} or None.")


def _load(point: EntryPoint) -> IndexFunction:
    registered = f"The entry point {point.name} = {point.value} of {GROUP}"
    try:
        loaded = point.load()
    except Exception as error:  # another's code: it may raise anything
        raise CatalogueError(f"{registered} cannot be loaded ({error}). Mend or uninstall its distribution.") from error
    if not callable(loaded):
        raise CatalogueError(f"{registered} is no function. Name one, as package.module:function.")
    function: IndexFunction = loaded
    return function
