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
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.operations.job_failures import JobParts

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


def group_new_alerts(tx: Transaction, parts: JobParts, now: datetime) -> None:
    """Put the alerts that are in no incident yet into one, and bring all open incidents up to date.

    One at a time: the caller leads the round.
    """
    new = [_spot(row) for row in tx.rows(SQL["ungrouped_alerts"], most=MOST_NEW)]
    if new:
        times = [spot.opened_at for spot in new]
        known = tx.rows(SQL["grouped_alerts"], since=min(times) - SPAN, until=max(times) + SPAN)
        groups = group(new, [_spot(row) for row in known])
        parts.run_each("incidents", groups, lambda found: _store(tx, found, now), _name)
    tx.execute(SQL["refresh_incidents"], now=now)


def _store(tx: Transaction, found: Group, now: datetime) -> None:
    """The oldest incident of a group stays; the others are merged into it."""
    alerts = sorted(found.alerts)
    if found.incidents:
        incident, *others = sorted(found.incidents)
        tx.execute(SQL["reopen_incident"], incident_id=incident)
    else:
        incident, others = tx.value(SQL["open_incident"], alerts=alerts), []
    tx.execute(SQL["put_into_incident"], incident_id=incident, alerts=alerts)
    if others:
        tx.execute(SQL["merge_incidents"], incident_id=incident, others=others)
        tx.execute(SQL["end_merged"], incident_id=incident, others=others, now=now)


def _name(found: Group) -> str:
    return f"the incident of alert {min(found.alerts)}"


def _near(new: Sequence[Spot], spots: Sequence[Spot]) -> NDArray[np.intp]:
    """Return the pairs (place among the new, place among all) that are near."""
    lon, lat, time = (np.array(values) for values in zip(*map(_numbers, spots), strict=True))
    count = len(new)
    close = distance_km(lon[:count, None], lat[:count, None], lon, lat) <= RADIUS
    return np.argwhere(close & (np.abs(time[:count, None] - time) <= SPAN.total_seconds()))


def _numbers(spot: Spot) -> tuple[float, float, float]:
    return spot.lon, spot.lat, spot.opened_at.timestamp()


def _spot(row: Row) -> Spot:
    return Spot(**row)
