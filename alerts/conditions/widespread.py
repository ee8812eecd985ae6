"""A condition on other alerts: a rule holds on so many devices of an area that one alert tells of all."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


class Widespread(BaseCondition, frozen=True, tag="widespread"):
    """`rule` holds on `devices` or more sensors of an area, and on `share` of all that it concerns there, or on `many`.

    While it does, that rule raises nothing new in the area: the cause is not in the single device. It is over when
    half as many are left. `rule` is one that the clock judges device by device. The alert hangs on one of them.
    """

    measure: ClassVar[Measure] = Measure(Quantity.COUNT)
    rule: str
    devices: int
    share: float
    many: int | None = None  # devices that are enough, whatever their share: nobody tends to so many one by one
    area_digits: int = 6  # of the area's code: 6 is the district, 0 the whole city

    @property
    def limit(self) -> float:
        """How many devices it takes at least."""
        return float(self.devices)

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if not self.rule:
            raise Wrong("rule", "is empty. Name a rule that the clock judges.")
        if self.devices < 2:
            raise Wrong("devices", f"{self.devices} must be 2 or more. Correct it.")
        if not 0 < self.share <= 1:
            raise Wrong("share", f"{self.share:g} must lie between 0 and 1. Correct it.")
        if self.many is not None and self.many < self.devices:
            raise Wrong("many", f"{self.many} lies below devices {self.devices}. Raise it.")
        if not 0 <= self.area_digits <= 12:
            raise Wrong("area_digits", f"{self.area_digits} is not 0 to 12. Correct it.")
