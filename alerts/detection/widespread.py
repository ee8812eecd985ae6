"""Judges where a rule holds on so many devices that the cause is not in the single one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.conditions import Widespread
from alerts.detection.timed import TimedResult, TimedSeries

_STAYS = 0.5  # of what raised it: below that it is over


@dataclass(frozen=True, slots=True)
class Spread:
    """The areas (first digits of their codes) of which one alert tells, and what that is."""

    areas: frozenset[str]
    result: TimedResult

    def covers(self, place: TimedSeries) -> bool:
        """Whether a device lies in one of the areas."""
        return any(place.area.startswith(area) for area in self.areas)


def spread(
    when: Widespread, held: Iterable[TimedSeries], devices: Mapping[str, int], own: Iterable[TimedSeries]
) -> Spread:
    """Find the areas. `held`: the devices on which the other rule holds; `devices`: how many it concerns in each area;
    `own`: those on which alerts of this rule hang already, where they stay.
    """
    members: dict[str, list[TimedSeries]] = {}
    for place in held:
        members.setdefault(area_of(when, place), []).append(place)
    own = sorted(own, key=_by_series, reverse=True)
    hung = {area_of(when, place): place.series_id for place in own}
    result, areas = TimedResult(clearing={place.series_id for place in own}), set()
    for area, found in members.items():
        known = max(devices.get(area, 0), len(found))
        if len(found) < _least(when, known) * (_STAYS if area in hung else 1.0):
            continue
        areas.add(area)
        series = hung.get(area) or min(found, key=_by_series).series_id
        where = f"area {area}" if area else "the city"
        result.clearing.discard(series)
        result.holding[series] = f"{when.rule} holds on {len(found)} of {known} devices of {where}"
        result.values[series] = float(len(found))
    result.values.update(dict.fromkeys(result.clearing, 0.0))
    return Spread(frozenset(areas), result)


def area_of(when: Widespread, place: TimedSeries) -> str:
    """Return the area that a device counts for; "" is the whole city."""
    return place.area[: when.area_digits]


def _least(when: Widespread, known: int) -> float:
    """Return on how many of so many devices the other rule must hold."""
    share = when.share * known
    return max(when.devices, share if when.many is None else min(share, when.many))


def _by_series(place: TimedSeries) -> int:
    return place.series_id
