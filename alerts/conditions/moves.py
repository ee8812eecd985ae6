"""A condition on a change of one series within a while."""

import math
from zoneinfo import ZoneInfo

import numpy as np

from alerts.conditions.base import BaseCondition, ConditionVerdict, Direction, Floats, Ints, Wrong, check_positive
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
