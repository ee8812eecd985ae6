"""Conditions on the value of a single reading: limits with hysteresis, noise by zone and hour, floods."""

import math
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from alerts.conditions.base import BaseCondition, Bools, ConditionVerdict, Direction, Floats, Ints, Wrong
from alerts.measures import Measure
from cityops.catalogue import Catalogue
from cityops.numbers import write_short
from cityops.standards import noise
from cityops.standards.flood import FloodLevels
from cityops.standards.warnings import Colour

_HOUR = 3_600_000_000  # µs
_1970 = datetime(1970, 1, 1)  # noqa: DTZ001  (a local time of day is all that is made of it)


class Threshold(BaseCondition, frozen=True, tag="threshold"):
    """A limit with hysteresis: between `clear` and `limit` nothing changes."""

    measure: ClassVar[Measure] = Measure()
    metric: str
    direction: Direction
    limit: float
    clear: float

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values for which it cannot hold."""
        return (-math.inf, self.limit) if self.direction is Direction.ABOVE else (self.limit, math.inf)

    def judge(self, _time: Ints, value: Floats, _zone: ZoneInfo) -> ConditionVerdict:
        """Judge readings of one metric."""
        above = self.direction is Direction.ABOVE
        holds = value >= self.limit if above else value <= self.limit
        clears = value < self.clear if above else value > self.clear
        return ConditionVerdict(holds, clears, np.full(len(value), self.limit))

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds."""
        return f"{self.metric} {write_short(value)} is at or {self.direction} {write_short(limit)}"

    def say_clears(self, value: float) -> str:
        """Say why it is over."""
        return f"{self.metric} {write_short(value)} is back past {write_short(self.clear)}"

    def check(self, catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.direction is Direction.ABOVE and self.clear > self.limit:
            raise Wrong("clear", f"{self.clear:g} lies above limit {self.limit:g}. Lower it.")
        if self.direction is Direction.BELOW and self.clear < self.limit:
            raise Wrong("clear", f"{self.clear:g} lies below limit {self.limit:g}. Raise it.")
        for field in ("limit", "clear"):
            check_value(field, getattr(self, field), self.metric, catalogue)


class Noise(BaseCondition, frozen=True, tag="noise"):
    """Noise beyond the limit of GB 3096 for a zone and the local hour, by `over` dB(A) or more."""

    measure: ClassVar[Measure] = Measure()
    zone: noise.Zone
    over: float = 0.0
    margin: float = 3.0  # dB(A) below the limit at which it is over
    metric: str = "leq"

    @property
    def limit(self) -> float:
        """The lowest limit, which is that of the night."""
        return min(noise.limits(self.zone)) + self.over

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values for which it cannot hold, at any hour."""
        return -math.inf, self.limit

    def judge(self, time: Ints, value: Floats, zone: ZoneInfo) -> ConditionVerdict:
        """Judge readings; `zone` is the city's time zone."""
        day, night = noise.limits(self.zone)
        limit = np.where(_is_day(time, zone), day, night) + self.over
        return ConditionVerdict(value >= limit, value < limit - self.margin, limit)

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds."""
        return f"leq {write_short(value)} is at or above {limit:g}, zone {self.zone} at this hour"

    def say_clears(self, value: float) -> str:
        """Say why it is over."""
        return f"leq {write_short(value)} is {self.margin:g} below the limit of this hour"

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.over < 0:
            raise Wrong("over", f"{self.over:g} is negative. Give dB(A) above the limit.")
        if self.margin < 0:
            raise Wrong("margin", f"{self.margin:g} is negative. Give dB(A) below the limit.")


class Flood(BaseCondition, frozen=True, tag="flood"):
    """A water level in the band of one colour. A higher colour has a rule of its own, so one of them holds."""

    builds_up: ClassVar[bool] = True
    measure: ClassVar[Measure] = Measure()
    levels: FloodLevels
    colour: Colour
    margin: float = 0.1  # metres below the band at which it is over
    metric: str = "water_level"

    @property
    def limit(self) -> float:
        """The level at which the colour begins."""
        return self.levels.band(self.colour)[0]

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values for which it cannot hold."""
        return -math.inf, self.limit

    def judge(self, _time: Ints, value: Floats, _zone: ZoneInfo) -> ConditionVerdict:
        """Judge readings."""
        low, high = self.levels.band(self.colour)
        clears = (value < low - self.margin) | (value >= high)
        return ConditionVerdict((value >= low) & (value < high), clears, np.full(len(value), low))

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds."""
        return f"water_level {write_short(value)} is at or above {write_short(limit)}: {self.colour.word.en}"

    def say_clears(self, value: float) -> str:
        """Say why it is over."""
        side = "risen beyond" if value >= self.levels.band(self.colour)[1] else "fallen below"
        return f"water_level {write_short(value)} has {side} {self.colour.word.en}"

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        levels = self.levels
        if not levels.warning < levels.guarantee < levels.historic:
            raise Wrong("levels", "must rise from warning to guarantee to historic. Correct them.")
        if levels.approaching < 0 or self.margin < 0:
            raise Wrong("margin", "and approaching cannot be negative. Correct them.")


Limit = Threshold | Noise | Flood


def check_value(field: str, value: float, metric: str, catalogue: Catalogue) -> None:
    """Raise Wrong when a metric cannot have a value."""
    low, high = catalogue.metric[metric].valid
    if not low <= value <= high:
        raise Wrong(field, f"{value:g} is outside {low:g} to {high:g} of {metric}. Correct it.")


def _is_day(time: Ints, zone: ZoneInfo) -> Bools:
    """Whether moments (µs since 1970 UTC) are in the day of a time zone; the offset is asked for once an hour."""
    hours, place = np.unique(time // _HOUR, return_inverse=True)
    offsets = [_offset(int(hour), zone) for hour in hours]
    local = (_1970 + timedelta(microseconds=int(t) + offsets[p]) for t, p in zip(time, place, strict=True))
    return np.fromiter((noise.is_day(moment.time()) for moment in local), dtype=bool, count=len(time))


def _offset(hour: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(hour * 3600, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)
