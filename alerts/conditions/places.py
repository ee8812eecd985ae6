"""Conditions on signs of different kinds in one place."""

from enum import StrEnum

import msgspec

from alerts.conditions.base import BaseCondition, Wrong, check_positive
from alerts.conditions.limits import Flood, Noise, Threshold
from alerts.conditions.moves import Rate
from alerts.measures import Measure
from cityops.catalogue import Catalogue


class Within(StrEnum):
    """What "in the same place" means."""

    SENSOR = "sensor"
    RADIUS = "radius"  # `radius_km` from the leading sensor
    AREA = "area"  # the same first `area_digits` of the area's code
    CITY = "city"


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of a composite: a condition on one kind of sensor, of any domain."""

    kind: str
    when: Threshold | Noise | Flood | Rate
    on_delay: float = 0.0


class Composite(BaseCondition, frozen=True, tag="composite"):
    """All signs hold in one place. The alert hangs on the series of the first one, which leads."""

    signs: tuple[Sign, ...]
    within: Within
    radius_km: float | None = None
    area_digits: int = 6  # 6 is the district

    @property
    def metric(self) -> str:
        """The metric of the leading sign."""
        return self.signs[0].when.metric

    @property
    def measure(self) -> Measure:
        """That of the leading sign."""
        return self.signs[0].when.measure

    @property
    def limit(self) -> float:
        """The limit of the leading sign."""
        return self.signs[0].when.limit

    def check(self, catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if len(self.signs) < 2:
            raise Wrong("signs", "needs two or more. Use the condition alone.")
        if (self.within is Within.RADIUS) != (self.radius_km is not None):
            raise Wrong("radius_km", 'belongs to within = "radius", and only there. Correct one of them.')
        if self.radius_km is not None:
            check_positive("radius_km", self.radius_km)
        if self.within is Within.SENSOR and len({sign.kind for sign in self.signs}) > 1:
            raise Wrong("signs", "of one sensor must be of one kind. Correct them.")
        for sign in self.signs:
            sign.when.check(catalogue)
