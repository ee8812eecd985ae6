"""From what everybody may know to the city now: air, traffic, warnings in force, each with its age. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import pandas as pd

from cityops.geography import road_links as roads
from cityops.geography.road_links import Link
from cityops.standards import aqi, aqi_tables
from cityops.standards.aqi_tables import POLLUTANTS, Averaging
from cityops.standards.tables import Standards
from portal.city.city_facts import AirReading, CityFacts, DetectorValue, PublicWarning
from portal.city.city_state import AirNow, CityNow, TrafficNow, WarningInForce, WeatherNow

CITY = ""  # the code of the whole city
WEATHER = ("temperature", "rain_rate")


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
    index = aqi.index(known, Averaging.HOUR, aqi_tables.edition_of(now)) if known else None
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
