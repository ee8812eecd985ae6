"""What everybody may know of the city, as it was read, and as it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cityops.catalogue import Names


@dataclass(frozen=True, slots=True)
class AirReading:
    """What the stations of a district say of one metric: the mean of those that report in time (None: none does)."""

    area_code: str
    metric: str
    mean: float | None
    in_time: int
    stations: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class DetectorValue:
    """The newest value of one metric of a detector of traffic."""

    sensor_id: str
    lon: float
    lat: float
    metric: str
    value: float
    time: datetime
    in_time: bool


@dataclass(frozen=True, slots=True)
class PublicWarning:
    """A warning in force in a district (None: outside of all). `severity`: 1 red to 4 blue; `since`: UTC.

    `is_uncertain`: nobody knows whether its condition still holds, because readings fail to come.
    """

    rule_id: str
    title: Names
    advice: Names
    severity: int
    area_code: str | None
    since: datetime
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What was read of the city."""

    air: Sequence[AirReading]
    detectors: Sequence[DetectorValue]
    warnings: Sequence[PublicWarning]
