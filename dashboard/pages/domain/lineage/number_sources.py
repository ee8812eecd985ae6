"""Where a number is read from: steps, spans, stations, links, series. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from cityops.storage.readings.detail import Detail


@dataclass(frozen=True, slots=True)
class StepSource:
    """One step of a metric over an area ("": the city), speeds weighed by flow as trends are."""

    metric: str
    area: str
    start: datetime
    end: datetime
    step: timedelta


@dataclass(frozen=True, slots=True)
class SpanSource:
    """A metric over an area and a span, every reading alike; `step` widens the start."""

    metric: str
    area: str
    start: datetime
    end: datetime
    detail: Detail
    step: timedelta


@dataclass(frozen=True, slots=True)
class DueSource:
    """What the sensors of a kind should have sent, and did."""

    kind: str
    metrics: tuple[str, ...]
    area: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SeriesSource:
    """The series that an area has of a metric."""

    metric: str
    area: str


@dataclass(frozen=True, slots=True)
class StationSource:
    """The hours of a pollutant at the stations of an area."""

    pollutant: str
    area: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class LinkSource:
    """The speeds of the links of a class of road (None: of all): now, before a moment, or in a day's peak hours."""

    area: str
    end: datetime
    when: Literal["now", "at", "peaks"]
    day: date | None = None
    road: str | None = None


Source = StepSource | SpanSource | DueSource | SeriesSource | StationSource | LinkSource
