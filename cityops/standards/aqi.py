"""The air quality index of HJ 633: the edition of 2026, and that of 2012 for data from before 2026-03-01.

Concentrations are in µg/m³, CO in mg/m³. The arithmetic is exact: inputs are rounded by GB/T 8170, results are
rounded up.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from cityops.clock import check_aware
from cityops.standards.aqi_levels import AqiLevel, level_of
from cityops.standards.coverage import HOUR, time_covered
from cityops.standards.rounding import exact, round_half_even

_BEIJING = ZoneInfo("Asia/Shanghai")
VALID_HOUR = 45 * 60  # seconds
_IN_FORCE = date(2026, 3, 1)
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")  # the six items of daily and hourly reports


class Edition(StrEnum):
    """Which text of the standard applies."""

    HJ_633_2012 = "2012"
    HJ_633_2026 = "2026"


class Averaging(StrEnum):
    """What the concentrations are means of."""

    DAY = "day"  # natural day; O3: the day's largest 8-hour mean
    HOUR = "hour"  # one clock hour; PM10 and PM2.5 use the columns of the day (4.3 of the 2026 edition)


_IAQI = (0, 50, 100, 150, 200, 300, 400, 500)
_COLUMNS: Mapping[str, tuple[int, ...]] = {  # Table 3; a shorter column ends early
    "so2_day": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "so2_hour": (0, 150, 500, 650, 800),
    "no2_day": (0, 40, 80, 180, 280, 565, 750, 940),
    "no2_hour": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    "co_day": (0, 2, 4, 14, 24, 36, 48, 60),
    "co_hour": (0, 5, 10, 35, 60, 90, 120, 150),
    "o3_day": (0, 100, 160, 215, 265, 800),
    "o3_hour": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm10_day": (0, 50, 120, 250, 350, 420, 500, 600),
    "pm25_day": (0, 35, 60, 115, 150, 250, 350, 500),
}
_COLUMNS_2012: Mapping[str, tuple[int, ...]] = {  # Table 1 of 2012 where it differs
    "pm10_day": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25_day": (0, 35, 75, 115, 150, 250, 350, 500),
}


@dataclass(frozen=True, slots=True)
class Index:
    """An AQI and what it is made of.

    `value` is None when it may not be published (NA): something is missing, and the rest is not above 100. The 2012
    edition has no such rule: its index is that of what is there. `missing`: the pollutants without a value.
    `computed` is the index of what is there; None when nothing is. `primary` names the pollutants with the highest
    sub-index, those that are equal together; none up to 50.
    """

    value: int | None
    computed: int | None
    primary: tuple[str, ...]
    parts: Mapping[str, int]
    missing: tuple[str, ...] = ()
    edition: Edition = Edition.HJ_633_2026

    @property
    def level(self) -> AqiLevel | None:
        """The category of the published value."""
        return None if self.value is None else level_of(self.value)


@dataclass(frozen=True, slots=True)
class Bracket:
    """The entries of Table 3 that a rounded concentration lies between, and their sub-indices."""

    amount: Fraction
    low: int
    high: int
    index_low: int
    index_high: int


def edition_of(moment: datetime) -> Edition:
    """Return the edition for data of this moment (with a zone), by the date in China."""
    local = check_aware(moment).astimezone(_BEIJING).date()
    return Edition.HJ_633_2026 if local >= _IN_FORCE else Edition.HJ_633_2012


def is_valid_hour(readings: int, interval: float) -> bool:
    """Whether an hour of so many readings was measured for 45 minutes (GB 3095, Table 4).

    `interval`: how often the series reports, in seconds; a national station does so hourly.
    """
    return bool(time_covered(HOUR, readings, interval) >= VALID_HOUR)


def sub_index(
    pollutant: str,
    concentration: float | Decimal | Fraction,
    averaging: Averaging,
    edition: Edition = Edition.HJ_633_2026,
) -> int | None:
    """Return the IAQI, 0 to 500; None where the 2012 edition has none (SO2 hour, O3 8 hours above 800).

    Raises ValueError for a negative concentration and KeyError for an unknown pollutant.
    """
    return _sub_index_at(pollutant, _amount(pollutant, concentration), averaging, edition)


@lru_cache(1 << 13)  # rounded amounts are few
def _sub_index_at(pollutant: str, amount: Fraction, averaging: Averaging, edition: Edition) -> int | None:
    column = _column(pollutant, averaging, edition)
    found = _bracket_at(column, amount)
    if found is None:
        short = len(column) < len(_IAQI)
        return None if short and edition is Edition.HJ_633_2012 else _IAQI[len(column) - 1]
    share = (found.amount - found.low) / Fraction(found.high - found.low)
    return math.ceil(found.index_low + share * (found.index_high - found.index_low))


def bracket(
    pollutant: str,
    concentration: float | Decimal | Fraction,
    averaging: Averaging,
    edition: Edition = Edition.HJ_633_2026,
) -> Bracket | None:
    """Return between which entries of its column a concentration lies; None above the last one.

    Raises ValueError for a negative concentration and KeyError for an unknown pollutant.
    """
    return _bracket_at(_column(pollutant, averaging, edition), _amount(pollutant, concentration))


def _amount(pollutant: str, concentration: float | Decimal | Fraction) -> Fraction:
    if concentration < 0:
        raise ValueError(f"{pollutant}: a concentration cannot be {concentration}. Leave it out.")
    return rounded(pollutant, concentration)


def _bracket_at(column: tuple[int, ...], amount: Fraction) -> Bracket | None:
    if amount > column[-1]:
        return None
    above = next(place for place in range(1, len(column)) if amount <= column[place])
    return Bracket(amount, column[above - 1], column[above], _IAQI[above - 1], _IAQI[above])


def rounded(pollutant: str, concentration: float | Decimal | Fraction) -> Fraction:
    """Return a concentration as the index reads it: whole µg/m³, CO to 0.1 mg/m³, by GB/T 8170, once."""
    return round_half_even(concentration, 1 if pollutant == "co" else 0)


def index(
    concentrations: Mapping[str, float | None],
    averaging: Averaging,
    edition: Edition = Edition.HJ_633_2026,
    *,
    not_planned: Collection[str] = (),
) -> Index:
    """Return the AQI of one place. A missing or None entry was not measured, or not validly.

    `not_planned`: pollutants that this place need not measure (5.3.2); lacking one does not block the index.
    All concentrations 0 give 1: the printed range is 1 to 500 (the 2012 edition begins at 0).
    """
    measured = {name: value for name in POLLUTANTS if (value := concentrations.get(name)) is not None}
    found = {name: sub_index(name, value, averaging, edition) for name, value in measured.items()}
    parts = {name: part for name, part in found.items() if part is not None}
    missing = tuple(name for name in POLLUTANTS if name not in measured and name not in not_planned)
    if not parts:
        return Index(None, None, (), {}, missing, edition)
    least = 1 if edition is Edition.HJ_633_2026 else 0
    computed = max(least, *parts.values())
    primary = tuple(name for name, part in parts.items() if part == computed) if computed > 50 else ()
    published = not missing or computed > 100 or edition is Edition.HJ_633_2012
    return Index(computed if published else None, computed, primary, parts, missing, edition)


def concentration_at(pollutant: str, index_value: int, averaging: Averaging) -> Fraction:
    """Return the concentration at which the sub-index of the 2026 edition reaches a value, for drawing scales."""
    column = _column(pollutant, averaging, Edition.HJ_633_2026)
    above = next((place for place in range(1, len(column)) if index_value <= _IAQI[place]), len(column) - 1)
    low, high = _IAQI[above - 1], _IAQI[above]
    share = min(exact(index_value - low) / (high - low), Fraction(1))
    return column[above - 1] + share * (column[above] - column[above - 1])


def _column(pollutant: str, averaging: Averaging, edition: Edition) -> tuple[int, ...]:
    name = f"{pollutant}_day" if pollutant in ("pm10", "pm25") else f"{pollutant}_{averaging.value}"
    if edition is Edition.HJ_633_2012 and name in _COLUMNS_2012:
        return _COLUMNS_2012[name]
    return _COLUMNS[name]
