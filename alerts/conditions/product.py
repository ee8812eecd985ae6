"""Conditions on our own product: a job that fails, a channel that is broken, a service that is late."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


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
