"""The city now, from what everybody may know: air, traffic, warnings in force, each with its age. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from cityops.catalogue import Names
from cityops.geography import road_links as roads
from cityops.geography.road_links import Link
from cityops.standards import aqi
from cityops.standards.aqi import POLLUTANTS, Averaging, Index
from cityops.standards.tables import Standards

CITY = ""  # the code of the whole city
WEATHER = ("temperature", "rain_rate")


@dataclass(frozen=True, slots=True)
class AirReading:
    """What the stations of a district say of one metric: the mean of those that report in time (None: none does)."""

    area_code: str
    metric: str
    mean: float | None
    in_time: int
    stations: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class DetectorValue:
    """The newest value of one metric of a detector of traffic."""

    sensor_id: str
    lon: float
    lat: float
    metric: str
    value: float
    time: datetime
    in_time: bool


@dataclass(frozen=True, slots=True)
class PublicWarning:
    """A warning in force in a district (None: outside of all). `severity`: 1 red to 4 blue; `since`: UTC.

    `is_uncertain`: nobody knows whether its condition still holds, because readings fail to come.
    """

    rule_id: str
    title: Names
    advice: Names
    severity: int
    area_code: str | None
    since: datetime
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What was read of the city."""

    air: Sequence[AirReading]
    detectors: Sequence[DetectorValue]
    warnings: Sequence[PublicWarning]


@dataclass(frozen=True, slots=True)
class AirNow:
    """The air of an area: its index (None: no station reports), and how old that is.

    `stations` and `in_time`: of the pollutant that most stations measure.
    """

    index: Index | None
    newest_at: datetime | None
    stations: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class WeatherNow:
    """Temperature (°C) and rain (mm/h) of the city, None where no station reports, and how old they are."""

    temperature: float | None
    rain: float | None
    newest_at: datetime | None
    stations: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class TrafficNow:
    """The traffic index of the city, 0 to 10 (None: no detector reports), and its age."""

    index: float | None
    newest_at: datetime | None
    detectors: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class WarningInForce:
    """One warning with all districts in which it is in force, since the earliest moment."""

    rule_id: str
    title: Names
    advice: Names
    severity: int
    areas: tuple[str, ...]
    since: datetime
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class CityNow:
    """The state of the city at a moment, UTC. `air`: by code of district, and of the CITY."""

    read_at: datetime
    air: Mapping[str, AirNow]
    weather: WeatherNow
    traffic: TrafficNow
    warnings: Sequence[WarningInForce]


def see_city(facts: CityFacts, links: list[Link], standards: Standards, *, now: datetime) -> CityNow:
    """Return the state of the city. `links`: as `lay_links` cut them for the detectors of these facts."""
    by_area = defaultdict[str, list[AirReading]](list)
    for reading in facts.air:
        by_area[reading.area_code].append(reading)
    air = {code: see_air(readings, now=now) for code, readings in by_area.items()}
    air[CITY] = see_air(facts.air, now=now)
    return CityNow(
        now, air, _see_weather(facts.air), _see_traffic(facts.detectors, links, standards), _join(facts.warnings)
    )


def see_air(readings: Sequence[AirReading], *, now: datetime) -> AirNow:
    """Return the air of an area from its readings, by the edition of the standard that is in force now.

    A published index is one of hours or days; this is the hour's table read for the present moment, as on the wall.
    """
    means = _pool(readings)
    known = {name: means[name] for name in POLLUTANTS if name in means and means[name] >= 0}
    index = aqi.index(known, Averaging.HOUR, aqi.edition_of(now)) if known else None
    return AirNow(index, *_coverage([one for one in readings if one.metric in POLLUTANTS]))


def detector_frame(values: Iterable[DetectorValue]) -> pd.DataFrame:
    """Return the detectors, one a row: sensor_id, kind, lon and lat, by their ids, as `lay_links` wants them."""
    places = {one.sensor_id: (one.lon, one.lat) for one in values}
    return pd.DataFrame(
        [(name, roads.KIND, lon, lat) for name, (lon, lat) in sorted(places.items())],
        columns=["sensor_id", "kind", "lon", "lat"],
    )


def _pool(readings: Iterable[AirReading]) -> dict[str, float]:
    """Return the mean of each metric over stations: those of districts by how many stations are in them."""
    total, weight = defaultdict[str, float](float), defaultdict[str, int](int)
    for one in readings:
        if one.mean is not None:
            total[one.metric] += one.mean * one.in_time
            weight[one.metric] += one.in_time
    return {metric: total[metric] / count for metric, count in weight.items() if count}


def _coverage(readings: Sequence[AirReading]) -> tuple[datetime | None, int, int]:
    """Return the newest time of some readings, and of their best covered metric the stations and those in time."""
    stations, in_time = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in readings:
        stations[one.metric] += one.stations
        in_time[one.metric] += one.in_time
    newest = max((one.newest_at for one in readings), default=None)
    return newest, max(stations.values(), default=0), max(in_time.values(), default=0)


def _see_weather(readings: Sequence[AirReading]) -> WeatherNow:
    mine = [one for one in readings if one.metric in WEATHER]
    means = _pool(mine)
    return WeatherNow(means.get("temperature"), means.get("rain_rate"), *_coverage(mine))


def _see_traffic(values: Sequence[DetectorValue], links: list[Link], standards: Standards) -> TrafficNow:
    newest = max((one.time for one in values), default=None)
    places = {name: place for place, name in enumerate(sorted({one.sensor_id for one in values}))}
    fresh = [one for one in values if one.in_time]
    reporting = len({one.sensor_id for one in fresh})
    if not fresh:
        return TrafficNow(None, newest, len(places), 0)
    frame = pd.DataFrame(
        {
            "position": [places[one.sensor_id] for one in fresh],
            "metric": [one.metric for one in fresh],
            "value": [one.value for one in fresh],
        }
    )
    levels = roads.levels(links, roads.speeds_of(frame, "position"))
    return TrafficNow(roads.city_tpi(links, levels, standards), newest, len(places), reporting)


def _join(warnings: Iterable[PublicWarning]) -> list[WarningInForce]:
    """Return one warning for each rule, the most severe first, then the one that holds longest."""
    by_rule = defaultdict[str, list[PublicWarning]](list)
    for one in warnings:
        by_rule[one.rule_id].append(one)
    joined = [
        WarningInForce(
            rule,
            members[0].title,
            members[0].advice,
            min(one.severity for one in members),
            tuple(sorted({one.area_code for one in members if one.area_code is not None})),
            min(one.since for one in members),
            all(one.is_uncertain for one in members),
        )
        for rule, members in by_rule.items()
    ]
    return sorted(joined, key=lambda one: (one.severity, one.since, one.rule_id))
