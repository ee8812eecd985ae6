"""Judges what only time can tell: silence, values that do not move, and indices over the last minutes and hours.

Each function returns a Sight: on which series a rule holds and why, on which it may end, and their values.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alerts.conditions import Aqi, Flat, Missing, Rainstorm, Tpi
from alerts.measures import Bound, Measure, Quantity
from alerts.rules.definitions import EVERY_KIND, Rule
from cityops.geography import road_links
from cityops.geography.road_links import Link
from cityops.numbers import write_short
from cityops.standards import aqi, aqi_tables, coverage, rain, tpi
from cityops.standards.aqi_levels import level_of
from cityops.standards.tables import Standards
from cityops.standards.traffic import Passages

_SECOND = 1_000_000  # µs


@dataclass(frozen=True, slots=True)
class TimedSeries:
    """A series as timed rules see it: what it is and where it hangs."""

    series_id: int
    sensor_id: str
    kind: str
    area: str


@dataclass(frozen=True, slots=True)
class TimedResult:
    """Where a rule holds (with the reason), where it is certainly over, and the values and limits to show.

    `bounds` has those series whose limit is not simply the rule's.
    """

    holding: dict[int, str] = field(default_factory=dict)
    clearing: set[int] = field(default_factory=set)
    values: dict[int, float] = field(default_factory=dict)
    bounds: dict[int, Bound] = field(default_factory=dict)


def concerns(rule: Rule, place: TimedSeries) -> bool:
    """Whether a rule applies to a place."""
    return rule.kind in (EVERY_KIND, place.kind) and rule.scope.includes(place.sensor_id, place.area)


def missing(
    when: Missing, heard: Iterable[tuple[TimedSeries, int, float]], *, listening_since: int, now: int
) -> TimedResult:
    """Judge when each sensor was heard last (µs), by its report interval (s).

    Silence counts only while anybody could be heard at all.
    """
    sight = TimedResult()
    for place, at, interval in heard:
        longest = when.longest(interval)
        sight.bounds[place.series_id] = Bound(longest, when.measure)
        silence = (now - max(at, listening_since)) / _SECOND
        sight.values[place.series_id] = (now - at) / _SECOND
        if silence >= longest:
            sight.holding[place.series_id] = f"{place.sensor_id} has not been heard for {(now - at) / _SECOND:.0f} s"
        elif now - at < longest * _SECOND:
            sight.clearing.add(place.series_id)
    return sight


@dataclass(frozen=True, slots=True)
class Still:
    """A series that reports: its newest value, whether another one came lately, and whether it stood at the beginning.

    Neither where the data has a gap.
    """

    value: float
    moved: bool
    stood: bool


def flat(when: Flat, lately: Iterable[tuple[TimedSeries, Still]], *, floor: float | None = None) -> TimedResult:
    """Judge sensors that report. Only another value ends it: a gap in the data is no movement.

    At or below the floor of the metric a value may stay as it is: a gas detector in clean air.
    What is shown is the time, of which only the least is known.
    """
    sight = TimedResult()
    for place, still in lately:
        sight.values[place.series_id] = when.seconds
        if still.moved:
            sight.clearing.add(place.series_id)
        elif still.stood and (floor is None or still.value > floor):
            stuck = f"{when.metric} of {place.sensor_id} has been exactly {write_short(still.value)}"
            sight.holding[place.series_id] = f"{stuck} for {when.seconds:g} s"
    return sight


def air(
    when: Aqi, stations: Iterable[tuple[TimedSeries, Mapping[str, float | None]]], edition: aqi_tables.Edition
) -> TimedResult:
    """Judge the hourly means of stations: of each pollutant that a station has ever measured, None where not valid.

    An index that may not be published (NA) raises nothing; and nothing clears while a pollutant is missing, which
    may be the one that raised.
    """
    sight = TimedResult()
    for place, means in stations:
        found = aqi.index(means, aqi_tables.Averaging.HOUR, edition)
        if found.computed is None:
            continue
        sight.values[place.series_id] = found.computed
        level = found.level
        if level is not None and level.number == when.level:
            primary = ", ".join(found.primary) or "none"
            words = f"AQI {found.value} of the last hour is {level.name.en}; primary: {primary}"
            sight.holding[place.series_id] = words
        elif None not in means.values() and level_of(found.computed).number != when.level:
            sight.clearing.add(place.series_id)
    return sight


def traffic(
    when: Tpi,
    links: Iterable[tuple[TimedSeries, Passages]],
    *,
    own: Iterable[int],
    standards: Standards,
    roads: Mapping[str, Link] | None = None,
) -> TimedResult:
    """Judge what the detectors of links saw, by area. An alert stays where it hangs, a new one takes the slowest.

    `roads` has the stretch of each detector that stands on one; the others are left out, as on the wall. Without
    it every detector counts alike, on a road of the rule's class. A link without vehicles is free. One that is silent
    is not: the index of an area of which less than three quarters are heard ends nothing.
    """
    sight, kept = TimedResult(), set(own)
    areas: dict[str, list[tuple[TimedSeries, Passages]]] = {}
    for place, seen in links:
        if roads is None or place.sensor_id in roads:
            areas.setdefault(place.area[: when.area_digits], []).append((place, seen))
    for area, members in areas.items():
        heard = sorted(((_pace(seen), place) for place, seen in members if seen.heard), key=_slowest_first)
        if len(heard) < when.least:
            continue
        judged = [_judge_link(when, roads, place, speed) for speed, place in heard]
        jammed = sum(level == 5 for _, _, level in judged)
        index = road_links.network_tpi(road_links.add_jams(judged), standards) or 0.0
        series = [place.series_id for place, _ in members]
        hangs_on = next((one for one in series if one in kept), heard[0][1].series_id)
        sight.values[hangs_on] = index
        if tpi.level_of(index).number == when.level:
            words = f"TPI {index:.1f} in area {area}: {jammed} of {len(heard)} links heavily congested"
            sight.holding[hangs_on] = words
        if coverage.is_known(len(heard), len(members)):
            sight.clearing.update(set(series) - set(sight.holding))
    return sight


def _judge_link(
    when: Tpi, roads: Mapping[str, Link] | None, place: TimedSeries, speed: float
) -> tuple[tpi.Road, float, int]:
    """Return class, length (km) and level of the link that a detector measures."""
    link = roads[place.sensor_id] if roads is not None else None
    road, km = (link.road, link.km) if link is not None else (when.road, 1.0)
    return road, km, tpi.link_level(road, speed).number


def _slowest_first(link: tuple[float, TimedSeries]) -> tuple[float, int]:
    return link[0], link[1].series_id


def _pace(seen: Passages) -> float:
    """Return the speed of a link; without vehicles it is as free as can be."""
    return math.inf if seen.speed is None else seen.speed


@dataclass(frozen=True, slots=True)
class Rain:
    """The rain of a station by length of window (hours), and whether it still reports."""

    fallen: Mapping[int, rain.Fallen]
    fresh: bool


def storm(when: Rainstorm, stations: Iterable[tuple[TimedSeries, Rain]], *, standards: Standards) -> TimedResult:
    """Judge the rain of stations. What fell is certain; that a storm is over is not, unless somebody measured it."""
    sight = TimedResult()
    for place, station in stations:
        sums = {hours: fallen.millimetres for hours, fallen in station.fallen.items()}
        decisive = rain.decisive_signal(sums, standards)
        if decisive is not None and decisive.colour == when.colour:
            sight.values[place.series_id] = sums[decisive.hours]
            measure = Measure(Quantity.RAINFALL, decisive.hours * 3600.0)
            sight.bounds[place.series_id] = Bound(decisive.millimetres, measure)
            listed = ", ".join(f"{millimetres:.1f} mm in {hours} h" for hours, millimetres in sorted(sums.items()))
            sight.holding[place.series_id] = f"{listed}: {when.colour.word.en}"
        elif station.fresh and rain.is_over(when.colour, station.fallen, standards):
            sight.clearing.add(place.series_id)
    return sight
