"""Ambient noise by GB 3096-2008: limits by zone and hour, and means by energy. Levels are in dB(A)."""

from collections.abc import Iterable, Sequence
from datetime import time
from enum import StrEnum

from cityops.catalogue import Mean
from cityops.standards.means import mean_of


class Zone(StrEnum):
    """The class of an area, by its use."""

    QUIET = "0"  # 康复疗养
    LIVING = "1"  # 居住、医疗、文教、行政
    MIXED = "2"  # 商业、混杂
    INDUSTRY = "3"  # 工业、仓储
    ROAD = "4a"  # 交通干线两侧
    RAIL = "4b"  # 铁路干线两侧


DAY = (time(6), time(22))  # local time, unless the county government sets other hours
_DAY_LIMITS = {
    Zone.QUIET: 50, Zone.LIVING: 55, Zone.MIXED: 60, Zone.INDUSTRY: 65, Zone.ROAD: 70, Zone.RAIL: 70,
}  # fmt: skip
_NIGHT_LIMITS = {
    Zone.QUIET: 40, Zone.LIVING: 45, Zone.MIXED: 50, Zone.INDUSTRY: 55, Zone.ROAD: 55, Zone.RAIL: 60,
}  # fmt: skip
_NIGHT_PENALTY = 10.0  # of L_dn


def is_day(local: time, day: tuple[time, time] = DAY) -> bool:
    """Whether a local time of day is in the day, 06:00 up to 22:00."""
    return day[0] <= local < day[1]


def limit(zone: Zone, local: time, day: tuple[time, time] = DAY) -> int:
    """Return the limit of L_eq for a zone at a local time of day."""
    return (_DAY_LIMITS if is_day(local, day) else _NIGHT_LIMITS)[zone]


def limits(zone: Zone) -> tuple[int, int]:
    """Return a zone's limits by day and by night."""
    return _DAY_LIMITS[zone], _NIGHT_LIMITS[zone]


def energy_mean(levels: Sequence[float], durations: Sequence[float] | None = None) -> float:
    """Return L_eq of levels that lasted for so long each (any unit; equally long when not given)."""
    mean = mean_of(levels, Mean.ENERGY, durations)
    if mean is None:
        raise ValueError("no levels to average. Give one at least.")
    return mean


def day_night_level(hours: Iterable[tuple[int, float]]) -> float:
    """Return L_dn from (local hour 0 to 23, L_eq of that hour): night counts 10 dB more."""
    adjusted = [level + (0.0 if is_day(time(hour)) else _NIGHT_PENALTY) for hour, level in hours]
    return energy_mean(adjusted)
