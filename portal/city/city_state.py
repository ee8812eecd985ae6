"""How the city stands now, each part with its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cityops.catalogue import Names
from cityops.standards.aqi import Index


@dataclass(frozen=True, slots=True)
class AirNow:
    """The air of an area: its index (None: no station reports), and how old that is.

    `stations` and `in_time`: of the pollutant that most stations measure.
    """

    index: Index | None
    newest_at: datetime | None
    stations: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class WeatherNow:
    """Temperature (°C) and rain (mm/h) of the city, None where no station reports, and how old they are."""

    temperature: float | None
    rain: float | None
    newest_at: datetime | None
    stations: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class TrafficNow:
    """The traffic index of the city, 0 to 10 (None: no detector reports), and its age."""

    index: float | None
    newest_at: datetime | None
    detectors: int = 0
    in_time: int = 0


@dataclass(frozen=True, slots=True)
class WarningInForce:
    """One warning with all districts in which it is in force, since the earliest moment."""

    rule_id: str
    title: Names
    advice: Names
    severity: int
    areas: tuple[str, ...]
    since: datetime
    is_uncertain: bool


@dataclass(frozen=True, slots=True)
class CityNow:
    """The state of the city at a moment, UTC. `air`: by code of district, and of the CITY."""

    read_at: datetime
    air: Mapping[str, AirNow]
    weather: WeatherNow
    traffic: TrafficNow
    warnings: Sequence[WarningInForce]
