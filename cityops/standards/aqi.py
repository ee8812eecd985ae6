"""The air quality index of HJ 633: the edition of 2026, and that of 2012 for data from before 2026-03-01.

Concentrations are in µg/m³, CO in mg/m³. The arithmetic is exact: inputs are rounded by GB/T 8170, results are
rounded up.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from cityops.standards.aqi_levels import AqiLevel, level_of
from cityops.standards.aqi_tables import IAQI, POLLUTANTS, Averaging, Edition, column_of
from cityops.standards.coverage import HOUR, time_covered
from cityops.standards.rounding import exact, round_half_even

VALID_HOUR = 45 * 60  # seconds


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
    column = column_of(pollutant, averaging, edition)
    found = _bracket_at(column, amount)
    if found is None:
        short = len(column) < len(IAQI)
        return None if short and edition is Edition.HJ_633_2012 else IAQI[len(column) - 1]
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
    return _bracket_at(column_of(pollutant, averaging, edition), _amount(pollutant, concentration))


def _amount(pollutant: str, concentration: float | Decimal | Fraction) -> Fraction:
    if concentration < 0:
        raise ValueError(f"{pollutant}: a concentration cannot be {concentration}. Leave it out.")
    return rounded(pollutant, concentration)


def _bracket_at(column: tuple[int, ...], amount: Fraction) -> Bracket | None:
    if amount > column[-1]:
        return None
    above = next(place for place in range(1, len(column)) if amount <= column[place])
    return Bracket(amount, column[above - 1], column[above], IAQI[above - 1], IAQI[above])


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
    column = column_of(pollutant, averaging, Edition.HJ_633_2026)
    above = next((place for place in range(1, len(column)) if index_value <= IAQI[place]), len(column) - 1)
    low, high = IAQI[above - 1], IAQI[above]
    share = min(exact(index_value - low) / (high - low), Fraction(1))
    return column[above - 1] + share * (column[above] - column[above - 1])
