"""Grouping: alerts near in place and time are one incident, so that a storm of 200 alerts reads as one.

Two alerts belong together when they are at most `RADIUS` and `SPAN` apart, or when a chain of others links
them. That does not depend on the order in which they come: tests compare any order with all at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cityops.geography.distances import distance_km
from cityops.storage import load_queries

SQL = load_queries("alerts")
RADIUS = 3.0  # km
SPAN = timedelta(minutes=10)
MOST_NEW = 1000  # alerts grouped in one round; the rest wait for the next


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and when an alert is; `incident` is the one that it is in already."""

    alert_id: int
    opened_at: datetime
    lon: float
    lat: float
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts that belong together: those that are new, and the incidents that they link."""

    alerts: frozenset[int]
    incidents: frozenset[int]


def group(new: Sequence[Spot], known: Sequence[Spot] = ()) -> list[Group]:
    """Return the groups that the new alerts form with one another and with the incidents of the known ones."""
    spots = [*new, *known]
    leader = list(range(len(spots)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for first, second in _near(new, spots):
        leader[find(int(first))] = find(int(second))
    homes: dict[int, int] = {}
    for place, spot in enumerate(spots):
        if spot.incident is not None:
            leader[find(place)] = find(homes.setdefault(spot.incident, place))
    members: dict[int, list[Spot]] = {}
    for place, spot in enumerate(spots):
        members.setdefault(find(place), []).append(spot)
    groups = [
        Group(
            frozenset(spot.alert_id for spot in found if spot.incident is None),
            frozenset(spot.incident for spot in found if spot.incident is not None),
        )
        for found in members.values()
    ]
    return [found for found in groups if found.alerts]


def _near(new: Sequence[Spot], spots: Sequence[Spot]) -> NDArray[np.intp]:
    """Return the pairs (place among the new, place among all) that are near."""
    lon, lat, time = (np.array(values) for values in zip(*map(_numbers, spots), strict=True))
    count = len(new)
    close = distance_km(lon[:count, None], lat[:count, None], lon, lat) <= RADIUS
    return np.argwhere(close & (np.abs(time[:count, None] - time) <= SPAN.total_seconds()))


def _numbers(spot: Spot) -> tuple[float, float, float]:
    return spot.lon, spot.lat, spot.opened_at.timestamp()
