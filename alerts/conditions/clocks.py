"""A condition on the device itself: its clock is wrong."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong, check_positive
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


class WrongClock(BaseCondition, frozen=True, tag="clock"):
    """A device's clock is `seconds` or more ahead or behind; right again when it is less than `clear` off.

    Its readings are judged all the same, by their corrected time. The alert hangs on the sensor's first series.
    """

    measure: ClassVar[Measure] = Measure(Quantity.DURATION)
    seconds: float
    clear: float

    @property
    def limit(self) -> float:
        """How far off a clock may be, in seconds."""
        return self.seconds

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        check_positive("seconds", self.seconds)
        if not 0 < self.clear <= self.seconds:
            raise Wrong("clear", f"{self.clear:g} must lie between 0 and seconds {self.seconds:g}. Correct it.")
