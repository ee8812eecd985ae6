"""What of many sightings tells of one incident: those near in place and time. Pure.

An incident counts once, however many people call: what one case has taken in, and what was told of the same category
close by within hours, is one. Otherwise a burst main of an afternoon would be the city's topic of the month.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from citizens.topics.sightings import Sighting
from cityops.geography.distances import distance_km


@dataclass(frozen=True, slots=True)
class ReportedIncident:
    """Something that happened once. `at`: when it was first told; its place and category are those of the first."""

    sightings: tuple[Sighting, ...]  # in the order of time

    @property
    def first(self) -> Sighting:
        """What told of it first."""
        return self.sightings[0]


def find_incidents(sightings: Iterable[Sighting], *, within: timedelta, metres: float) -> list[ReportedIncident]:
    """Return the incidents in the order of time.

    Joined is what belongs together, and what is of one category, no farther apart than `metres` and `within` a time
    after the first of it: a chain of calls that goes on for weeks is no single incident.
    """
    found: list[list[Sighting]] = []
    by_name: dict[str, list[Sighting]] = {}
    recent = _Recent(within, metres)
    for one in sorted(sightings, key=lambda one: (one.at, one.told, one.number)):
        group = by_name.get(one.belongs) or recent.near(one)
        if group is None:
            group = []
            found.append(group)
        group.append(one)
        if len(group) == 1:
            recent.add(group)
        if one.belongs:
            by_name.setdefault(one.belongs, group)
    return [ReportedIncident(tuple(group)) for group in found]


class _Recent:
    """The groups that began of late, in squares of the ground: a city has thousands within a day."""

    def __init__(self, within: timedelta, metres: float) -> None:
        self._within = within
        self._metres = metres
        self._north = max(metres, 1.0) / 110_000  # degrees, no shorter than the distance
        self._east = self._north * 4  # as far north as cities lie
        self._groups: dict[tuple[str, int, int], list[list[Sighting]]] = {}

    def add(self, group: list[Sighting]) -> None:
        square = self._square(group[0])
        if square is not None:
            self._groups.setdefault(square, []).append(group)

    def near(self, one: Sighting) -> list[Sighting] | None:
        """Return the group that began first of those near by; None where there is none."""
        square = self._square(one)
        if square is None:
            return None
        category, east, north = square
        around = [
            group
            for key in ((category, east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
            for group in self._lately(key, one)
            if _is_near(group[0], one, self._metres)
        ]
        return min(around, key=lambda group: (group[0].at, group[0].told, group[0].number), default=None)

    def _lately(self, key: tuple[str, int, int], one: Sighting) -> list[list[Sighting]]:
        held = self._groups.get(key)
        if held is None:
            return []
        held[:] = [group for group in held if one.at - group[0].at <= self._within]
        return held

    def _square(self, one: Sighting) -> tuple[str, int, int] | None:
        if one.longitude is None or one.latitude is None:
            return None
        return one.category, int(one.longitude // self._east), int(one.latitude // self._north)


def _is_near(one: Sighting, other: Sighting, metres: float) -> bool:
    if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
        return False
    return float(distance_km(one.longitude, one.latitude, other.longitude, other.latitude)) * 1000 <= metres
