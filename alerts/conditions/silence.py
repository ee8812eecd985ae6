"""Conditions on what does not happen: no reading comes, or always the same one; and faults of the product itself: of a
rule, of a timed job, of a service.
"""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong, check_positive
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


class WithoutLimit(BaseCondition, frozen=True):
    """What holds or does not: there is nothing to measure, and nothing to write wrong."""

    measure: ClassVar[Measure] = Measure(Quantity.NONE)

    @property
    def limit(self) -> float:
        """There is none."""
        return 0.0

    def check(self, _catalogue: Catalogue) -> None:
        """Nothing can be wrong."""


class Fault(WithoutLimit, frozen=True, tag="fault"):
    """Another rule failed and was switched off. The alert hangs on the series that it failed on."""


class JobFault(BaseCondition, frozen=True, tag="job-fault"):
    """A timed job of the product, or a part of one, has failed for `seconds`. The alert hangs on any series."""

    measure: ClassVar[Measure] = Measure(Quantity.DURATION)
    seconds: float = 10.0

    @property
    def limit(self) -> float:
        """The longest time that a job may fail."""
        return self.seconds

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.seconds < 0:
            raise Wrong("seconds", f"{self.seconds:g} is negative. Correct it.")


class ChannelFault(WithoutLimit, frozen=True, tag="channel-fault"):
    """A channel to people does not deliver, see alerts.notify.breakers. The alert hangs on any series."""


class ServiceLate(BaseCondition, frozen=True, tag="service-late"):
    """A service or a timed job of the product shows no life within its own due time. The alert hangs on any series."""

    measure: ClassVar[Measure] = Measure(Quantity.NONE)

    @property
    def limit(self) -> float:
        """Each service and job has its own, see cityops.operations.heartbeats."""
        return 0.0

    def check(self, _catalogue: Catalogue) -> None:
        """Nothing can be wrong."""
