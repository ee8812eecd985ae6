"""A condition that many sensors of one kind fulfil close together."""

from alerts.conditions.base import BaseCondition, Wrong, check_positive
from alerts.conditions.limits import Limit
from alerts.measures import Measure
from cityops.catalogue import Catalogue


class Spatial(BaseCondition, frozen=True, tag="spatial"):
    """A limit holds on `least` or more sensors within `radius_km`. Hangs on the one nearest to their centre."""

    of: Limit
    least: int
    radius_km: float

    @property
    def metric(self) -> str:
        """The metric of its limit."""
        return self.of.metric

    @property
    def measure(self) -> Measure:
        """That of its limit."""
        return self.of.measure

    @property
    def limit(self) -> float:
        """The limit of each sensor."""
        return self.of.limit

    def check(self, catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.least < 2:
            raise Wrong("least", f"{self.least} is not several. Give 2 or more.")
        check_positive("radius_km", self.radius_km)
        self.of.check(catalogue)
