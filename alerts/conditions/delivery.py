"""Conditions on the way from the devices to us: one that is not taken or never came, a lost queue, missing reports."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong, check_positive
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue

FIRST_REPORT = 1.5  # report intervals in which a device that is well has spoken


class Unheard(BaseCondition, frozen=True, tag="unheard"):
    """A device has never reported since it was registered, or every message is refused since it last did.

    For `seconds`, and for so many of its kind's report intervals; for `urgent` seconds where a rule of severity 1
    relies on its kind, but never less than a first report takes. The alert hangs on the sensor's first series.
    """

    measure: ClassVar[Measure] = Measure(Quantity.DURATION)
    seconds: float
    urgent: float
    intervals: float = 0.0

    @property
    def limit(self) -> float:
        """How long it may last; see `longest`."""
        return self.seconds

    def longest(self, interval: float, *, is_urgent: bool, is_refused: bool) -> float:
        """Return how long (s) it may last for a sensor that reports every so many seconds."""
        if not is_urgent:
            return max(self.seconds, self.intervals * interval)
        return self.urgent if is_refused else max(self.urgent, FIRST_REPORT * interval)

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        check_positive("seconds", self.seconds)
        check_positive("urgent", self.urgent)


class LostQueue(BaseCondition, frozen=True, tag="lost-queue"):
    """What a broker kept for ingest was lost within the last `seconds`. The alert hangs on any series."""

    measure: ClassVar[Measure] = Measure(Quantity.NONE)
    seconds: float

    @property
    def limit(self) -> float:
        """It has no limit: one is too much."""
        return 0.0

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        check_positive("seconds", self.seconds)


class MissingReports(BaseCondition, frozen=True, tag="missing-reports"):
    """`reports` or more of all devices together came to be missing within `seconds`, by the numbers they count with.

    The alert hangs on the device that misses the most.
    """

    reports: int
    seconds: float

    @property
    def measure(self) -> Measure:
        """How many, within so many seconds."""
        return Measure(Quantity.COUNT, self.seconds)

    @property
    def limit(self) -> float:
        """How many may be missing."""
        return float(self.reports)

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.reports < 1:
            raise Wrong("reports", f"{self.reports} must be 1 or more. Correct it.")
        check_positive("seconds", self.seconds)
