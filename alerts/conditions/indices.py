"""Conditions on indices and signals, which are reckoned from many readings at a time."""

from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue
from cityops.standards.tpi import Road
from cityops.standards.warnings import Colour


class Aqi(BaseCondition, frozen=True, tag="aqi"):
    """The hourly AQI of a station (HJ 633-2026) is of one level, 1 to 6. Hangs on its first pollutant."""

    builds_up: ClassVar[bool] = True
    measure: ClassVar[Measure] = Measure(Quantity.AQI)
    level: int

    @property
    def limit(self) -> float:
        """The first AQI of the level."""
        return (0.0, 51.0, 101.0, 151.0, 201.0, 301.0)[self.level - 1]

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if not 1 <= self.level <= 6:
            raise Wrong("level", f"{self.level} is not 1 to 6. Correct it.")


class Tpi(BaseCondition, frozen=True, tag="tpi"):
    """The traffic index of an area over the last minutes is of one level, 1 to 5. Hangs on the slowest link."""

    builds_up: ClassVar[bool] = True
    measure: ClassVar[Measure] = Measure(Quantity.TPI)
    level: int
    minutes: int = 15
    road: Road = Road.MAIN  # detectors do not say the class of their road
    area_digits: int = 6  # of the area's code: 6 is the district
    least: int = 5  # detectors that an area must have to have an index
    metric: str = "speed"

    @property
    def limit(self) -> float:
        """The index above which the level begins."""
        return 2.0 * (self.level - 1)

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if not 1 <= self.level <= 5:
            raise Wrong("level", f"{self.level} is not 1 to 5. Correct it.")
        if not 1 <= self.minutes <= 15:
            raise Wrong("minutes", f"{self.minutes} is not 1 to 15, the standard's longest period. Correct it.")


class Rainstorm(BaseCondition, frozen=True, tag="rainstorm"):
    """The rain at a station satisfies the signal of one colour, and none higher."""

    builds_up: ClassVar[bool] = True
    measure: ClassVar[Measure] = Measure(Quantity.RAINFALL)
    colour: Colour
    metric: str = "rain_rate"

    @property
    def limit(self) -> float:
        """Signals have no single limit: the table has one for each window, and judging finds the one that holds."""
        return 0.0

    def check(self, _catalogue: Catalogue) -> None:
        """Nothing can be wrong."""
