"""Conditions on several readings of one series: a change within a while, a limit passed again and again."""

import math
from zoneinfo import ZoneInfo

import numpy as np

from alerts.conditions.base import BaseCondition, ConditionVerdict, Direction, Floats, Ints, Wrong, check_positive
from alerts.conditions.limits import Limit
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


class Rate(BaseCondition, frozen=True, tag="rate"):
    """A change by `change` or more within `seconds`: above, from the lowest reading since; below, from the highest.

    It is over when the change is less than `clear`. `beyond`: readings on the calm side of it never hold,
    which keeps a rise within the ordinary from being one.
    """

    metric: str
    direction: Direction
    change: float
    seconds: float
    clear: float
    beyond: float | None = None

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values for which it cannot hold."""
        if self.beyond is None:
            return math.inf, -math.inf
        return (-math.inf, self.beyond) if self.direction is Direction.ABOVE else (self.beyond, math.inf)

    @property
    def measure(self) -> Measure:
        """The change, within so many seconds."""
        return Measure(Quantity.CHANGE, self.seconds)

    @property
    def limit(self) -> float:
        """The change at which it holds."""
        return self.change

    def judge(self, _time: Ints, moved: Floats, _zone: ZoneInfo) -> ConditionVerdict:
        """Judge changes in its direction, as positive numbers; NaN, which is not known, neither holds nor clears."""
        return ConditionVerdict(moved >= self.change, moved < self.clear, np.full(len(moved), self.change))

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds; `value` is the change."""
        word = "rose" if self.direction is Direction.ABOVE else "fell"
        return f"{self.metric} {word} by {value:g} within {self.seconds:g} s, at least {limit:g}"

    def say_clears(self, value: float) -> str:
        """Say why it is over."""
        return f"{self.metric} moved by {value:g} within {self.seconds:g} s, less than {self.clear:g}"

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.change <= 0:
            raise Wrong("change", f"{self.change:g} must be positive; direction says which way. Correct it.")
        check_positive("seconds", self.seconds)
        if not 0 < self.clear <= self.change:
            raise Wrong("clear", f"{self.clear:g} must lie between 0 and change {self.change:g}. Correct it.")


class Repeated(BaseCondition, frozen=True, tag="repeated"):
    """A limit that came true `times` times or more within `seconds`, each time after it was over."""

    of: Limit
    times: int
    seconds: float

    @property
    def metric(self) -> str:
        """The metric of its limit."""
        return self.of.metric

    @property
    def measure(self) -> Measure:
        """How often, within so many seconds."""
        return Measure(Quantity.COUNT, self.seconds)

    @property
    def limit(self) -> float:
        """How often it must come true."""
        return float(self.times)

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values that count for nothing."""
        return self.of.calm()

    def judge(self, time: Ints, value: Floats, zone: ZoneInfo) -> ConditionVerdict:
        """Judge single readings; counting is up to detection."""
        return self.of.judge(time, value, zone)

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds; `value` is how often it came true."""
        return f"{self.metric} passed its limit {value:g} times within {self.seconds:g} s, at least {limit:g}"

    def say_clears(self, value: float) -> str:  # noqa: ARG002
        """Say why it is over."""
        return f"{self.metric} passed its limit less than {self.times} times within {self.seconds:g} s"

    def check(self, catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.times < 2:
            raise Wrong("times", f"{self.times} is no repetition. Give 2 or more, or use the limit alone.")
        check_positive("seconds", self.seconds)
        self.of.check(catalogue)
