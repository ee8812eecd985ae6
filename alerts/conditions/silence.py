"""Conditions on what does not happen: no reading comes, or always the same one."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, check_positive
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


class Missing(BaseCondition, frozen=True, tag="missing"):
    """No reading of any metric of a sensor arrived for `seconds`, and for so many of its kind's report intervals.

    The alert hangs on the sensor's first series.
    """

    measure: ClassVar[Measure] = Measure(Quantity.DURATION)
    seconds: float
    intervals: float = 0.0

    @property
    def limit(self) -> float:
        """The longest silence; of a kind that reports rarely it is longer, see `longest`."""
        return self.seconds

    def longest(self, interval: float) -> float:
        """Return the longest silence (s) of a sensor that reports every so many seconds."""
        return max(self.seconds, self.intervals * interval)

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        check_positive("seconds", self.seconds)


class Flat(BaseCondition, frozen=True, tag="flat"):
    """Readings go on, but the value has not moved at all for `seconds`."""

    measure: ClassVar[Measure] = Measure(Quantity.DURATION)
    metric: str
    seconds: float

    @property
    def limit(self) -> float:
        """The longest time without a movement."""
        return self.seconds

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        check_positive("seconds", self.seconds)
