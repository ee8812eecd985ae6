"""Combines the signs of several sensors: composites over kinds and domains, and many of one kind close together."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from alerts.conditions import Composite, Spatial
from alerts.conditions.base import Bools
from alerts.conditions.places import Within
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.series_index import Series, SeriesIndex
from alerts.rules.definitions import Rule
from cityops.geography.distances import distance_km

Found = dict[int, str]  # the series on which an alert hangs, and why


def hold(
    rule: Rule,
    courses: Mapping[ConditionKey, ConditionState],
    roster: SeriesIndex,
    silent: Collection[int] = frozenset(),
) -> Found:
    """Return on which series a rule that combines signs holds, with the reason.

    `courses` are all of the rule's: those of its signs, and its own, which decide where an alert stays. `silent`:
    series that no longer say what is now. Their signs keep an alert that is there, and raise no new one.
    """
    on: dict[int, list[Series]] = {}
    own: list[Series] = []
    kept: set[int] = set()
    for key, course in sorted(courses.items(), key=lambda entry: entry[0]):
        if key.rule_id == rule.id and key.series_id in roster.by_id:
            series = roster.by_id[key.series_id]
            if key.part and course.is_on:
                on.setdefault(key.part, []).append(series)
            elif not key.part and not course.is_nothing:
                own.append(series)
                kept.update([series.series_id] if course.is_on else [])
    match rule.when:
        case Composite() as composite:
            fresh = {part: [one for one in found if one.series_id not in silent] for part, found in on.items()}
            stays = {series: why for series, why in _composite(composite, on).items() if series in kept}
            return stays | _composite(composite, fresh)
        case Spatial() as spatial:
            signs = on.get(1, [])
            heard = np.array([one.series_id not in silent for one in signs], dtype=bool)
            return _spatial(spatial, signs, heard, own, kept)
    return {}


def _composite(composite: Composite, on: Mapping[int, Sequence[Series]]) -> Found:
    found: Found = {}
    others = range(2, len(composite.signs) + 1)
    for leading in on.get(1, []):
        beside = [next((s for s in on.get(number, []) if _near(composite, leading, s)), None) for number in others]
        if None not in beside:
            words = [f"{s.metric} at {s.sensor_id}" for s in [leading, *filter(None, beside)]]
            found[leading.series_id] = " and ".join(words) + " hold together"
    return found


def _near(composite: Composite, one: Series, other: Series) -> bool:
    match composite.within:
        case Within.SENSOR:
            return one.sensor_id == other.sensor_id
        case Within.AREA:
            return one.area[: composite.area_digits] == other.area[: composite.area_digits]
        case Within.RADIUS:
            away = distance_km(one.lon, one.lat, other.lon, other.lat)
            return bool(away <= (composite.radius_km or 0.0))
        case Within.CITY:
            return True


def _spatial(
    spatial: Spatial, on: Sequence[Series], heard: Bools, own: Sequence[Series], kept: Collection[int]
) -> Found:
    """Alerts stay where they are while enough hold around them; what is left over makes new ones, densest first.

    Signs that are not heard any more count only for alerts that are there, `kept`.
    """
    found: Found = {}
    if not on:
        return found
    lon, lat = np.array([s.lon for s in on]), np.array([s.lat for s in on])
    free = np.ones(len(on), dtype=bool)
    for anchor in own:
        around = distance_km(anchor.lon, anchor.lat, lon, lat) <= spatial.radius_km
        counts_here = around if anchor.series_id in kept else around & heard
        if counts_here.sum() >= spatial.least:
            found[anchor.series_id] = _say(spatial, on, counts_here)
            free &= ~around
    free &= heard
    near = distance_km(lon[:, None], lat[:, None], lon, lat) <= spatial.radius_km
    while True:
        counts = np.where(free, (near & free).sum(axis=1), 0)
        if counts.max() < spatial.least:
            break
        cluster = near[int(counts.argmax())] & free
        enough = np.flatnonzero(cluster & (counts >= spatial.least))
        away = distance_km(lon[cluster].mean(), lat[cluster].mean(), lon[enough], lat[enough])
        centre = int(enough[away.argmin()])
        found[on[centre].series_id] = _say(spatial, on, near[centre] & free)
        free &= ~(cluster | near[centre])
    return found


def _say(spatial: Spatial, on: Sequence[Series], around: Bools) -> str:
    names = [on[place].sensor_id for place in np.flatnonzero(around).tolist()]
    listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return f"{spatial.metric} on {len(names)} sensors within {spatial.radius_km:g} km: {listed}"
