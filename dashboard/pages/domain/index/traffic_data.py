"""The traffic index of one area: now, at a moment, or over the peak hours of a past day."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.areas import AreaLevel
from cityops.clock import utc_now
from cityops.geography import road_links
from cityops.geography.road_links import Jam, Link
from cityops.map_features import Layer
from cityops.readings import Quality
from cityops.standards.tpi import Road
from cityops.storage import Transaction
from cityops.storage.readings.area_history import sensor_steps
from cityops.storage.readings.traffic import newest_passing, read_passages
from dashboard import texts
from dashboard.city.registry import Registry
from dashboard.pages.domain.index.traffic_figures import traffic_figures
from dashboard.pages.domain.index.traffic_working import work_traffic
from dashboard.pages.domain.index.working import Working, no_working
from dashboard.pages.domain.lineage.model import Figure
from dashboard.pages.domain.lineage.number_sources import LinkSource
from dashboard.pages.domain.reader import reader_of
from dashboard.pages.domain.view import DomainView
from dashboard.web.request_context import RequestContext

FRESH = timedelta(minutes=15)  # a speed older than this says nothing about the present; the standard's longest period
PEAKS = ((time(7), time(9)), (time(17), time(19)))  # morning and evening, by the city's clocks
_HOUR = timedelta(hours=1)


def work_roads(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> tuple[Working | None, list[Figure]]:
    """Return the index with its working and its figures; no working where nothing was measured.

    A sentence where it cannot be reckoned.
    """
    language, standards, zone = here.language, here.site.live.standards, here.site.settings.zone
    missing = _what_is_missing(registry, language)
    if missing is not None:
        return no_working(texts.say("domain.tpi", language), missing), []
    moment = view.moment(utc_now(), zone)
    if view.until is not None and moment is None:
        return _work_peaks(tx, view, registry, here, end)
    speeds = speeds_now(tx, end) if moment is None else speeds_before(tx, moment)
    jams = find_jams(speeds, registry, view.area)
    working = work_traffic(jams, standards, language=language)
    if working is None:
        return None, []
    source = LinkSource(view.area, end if moment is None else moment, "now" if moment is None else "at")
    figures = traffic_figures(jams, source, standards, reader_of(here))
    if moment is None:
        return working, figures
    day, minutes = moment.astimezone(zone).date().isoformat(), FRESH // timedelta(minutes=1)
    note = texts.say("domain.traffic_at", language, day=day, clock=view.clock, minutes=minutes)
    return replace(working, note=note + working.note), figures


def link_speeds(
    tx: Transaction, source: LinkSource, zone: ZoneInfo
) -> list[tuple[datetime, datetime, Mapping[str, float]]]:
    """Return the speeds (km/h) by sensor that an index was made of, with start and end (UTC) of their time."""
    if source.when == "now":
        return [(source.end - FRESH, source.end, dict(speeds_now(tx, source.end)))]
    if source.when == "at":
        return [(source.end - FRESH, source.end, dict(speeds_before(tx, source.end)))]
    day = source.day or source.end.astimezone(zone).date()
    return [step for peak in PEAKS for step in _peak_speeds(tx, day, peak, zone)]


def link_levels(registry: Registry, area: str, speeds: Mapping[str, float]) -> list[tuple[Link, int, str, float]]:
    """Return each link of an area whose detector has a speed, with its level, its sensor and that speed."""
    links = _inside(registry, area)
    values = registry.sensors["sensor_id"].map(dict(speeds)).dropna()
    found = road_links.levels(links, values)
    names = registry.sensors["sensor_id"]
    return [
        (link, found[link.position], str(names.iloc[link.position]), float(values[link.position]))
        for link in links
        if link.position in found
    ]


def speeds_now(tx: Transaction, now: datetime) -> "pd.Series[float]":
    """Return the newest speed (km/h) by sensor as it was at a moment, of those that were fresh then.

    Of the readings and not of what is newest when somebody asks: who asks later where a number came from gets it again.
    """
    rows = newest_passing(tx, since=now - FRESH, until=now)
    newest = pd.DataFrame(rows, columns=["sensor_id", "metric", "value", "quality"])
    return road_links.speeds_of(newest[newest["quality"] <= Quality.NOT_EVALUATED], "sensor_id")


def speeds_before(tx: Transaction, end: datetime) -> "pd.Series[float]":
    """Return the mean speed (km/h), by flow, by sensor, of as long before a moment as a speed is fresh."""
    seen = read_passages(tx, start=end - FRESH, end=end)
    return pd.Series({row["sensor_id"]: one.speed for row, one in seen if one.speed is not None}, dtype="float64")


def find_jams(speeds: "pd.Series[float]", registry: Registry, area: str) -> dict[Road, Jam]:
    """Return the jam of each class of road at these speeds, in an area or in the whole city ("")."""
    return _jams(_inside(registry, area), registry, speeds)


def peak_jams(tx: Transaction, registry: Registry, area: str, day: date, zone: ZoneInfo) -> list[list[dict[Road, Jam]]]:
    """Return the jams of each quarter of an hour of the morning and of the evening peak of a day of the city.

    Of whole hours where the minutes of that day are no longer kept.
    """
    links = _inside(registry, area)
    return [[_jams(links, registry, speeds) for _, _, speeds in _peak_speeds(tx, day, peak, zone)] for peak in PEAKS]


def mean_jams(steps: list[dict[Road, Jam]]) -> dict[Road, Jam]:
    """Return the mean length of the measured and the jammed links of each class over steps of time."""
    sums: dict[Road, Jam] = {}
    for step in steps:
        for road, jam in step.items():
            sums[road] = sums.get(road, Jam()) + jam
    return {road: Jam(jam.km / len(steps), jam.jammed_km / len(steps)) for road, jam in sums.items()}


def _work_peaks(
    tx: Transaction, view: DomainView, registry: Registry, here: RequestContext, end: datetime
) -> tuple[Working | None, list[Figure]]:
    standards, zone = here.site.live.standards, here.site.settings.zone
    day = view.until or utc_now().astimezone(zone).date()
    peaks = [[jams for jams in steps if jams] for steps in peak_jams(tx, registry, view.area, day, zone)]
    jams = mean_jams([jams for steps in peaks for jams in steps])
    working = work_traffic(jams, standards, language=here.language)
    if working is None:
        return None, []
    figures = traffic_figures(jams, LinkSource(view.area, end, "peaks", day), standards, reader_of(here))
    each = [road_links.network_tpi(mean_jams(steps), standards) for steps in peaks]
    morning, evening = ("–" if index is None else f"{index:.1f}" for index in each)
    note = texts.say("domain.traffic_peak", here.language, day=view.day, morning=morning, evening=evening)
    return replace(working, note=note + working.note), figures


def _peak_speeds(
    tx: Transaction, day: date, peak: tuple[time, time], zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, Mapping[str, float]]]:
    start, end = (datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) for clock in peak)
    for step in (FRESH, _HOUR):
        by_time: dict[datetime, dict[str, float]] = {}
        for rows in sensor_steps(tx, "speed", start=start, end=end, step=step):
            for moment, sensor_id, _, _, value, *_ in rows:
                by_time.setdefault(moment, {})[sensor_id] = value
        if by_time:
            yield from ((moment, moment + step, speeds) for moment, speeds in by_time.items())
            return


def _what_is_missing(registry: Registry, language: str) -> str | None:
    """Return the sentence that says why there can be no index; None when there can."""
    if not any(feature.layer is Layer.ROAD for feature in registry.features):
        return texts.say("domain.no_roads", language)
    count = int((registry.sensors["kind"] == road_links.KIND).sum())
    if count and not registry.links:
        metres = round(road_links.ON_ROAD * 1000)
        return texts.say("domain.no_detectors", language, count=count, metres=metres)
    return None


def _inside(registry: Registry, area: str) -> list[Link]:
    level = registry.areas[area].level if area in registry.areas else AreaLevel.CITY
    codes = registry.levels[level.value]
    return [link for link in registry.links if not area or codes.iloc[link.position] == area]


def _jams(links: list[Link], registry: Registry, speeds: "pd.Series[float] | Mapping[str, float]") -> dict[Road, Jam]:
    values = registry.sensors["sensor_id"].map(dict(speeds)).dropna()
    return road_links.jams_by_class(links, road_links.levels(links, values))
