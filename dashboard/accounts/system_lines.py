"""The lines of the page of the system's state, as its template draws them."""

from dataclasses import dataclass
from datetime import datetime

NOTHING = "–"
Facts = list[tuple[str, str]]  # name and value


@dataclass(frozen=True, slots=True)
class Station:
    """A place on the way of a reading, and how old the newest thing there is."""

    name: str
    words: str
    is_ill: bool


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service, or a job of the one above it. `state`: well, late, missing, failing or stopped."""

    name: str
    is_job: bool
    state: str
    age: str = NOTHING
    due: str = NOTHING
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel that fails; times in UTC. Broken: its breaker is open, and messages wait."""

    name: str
    is_broken: bool
    failing_since: datetime
    failures: int
    retry_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DiskLine:
    """A disk; `percent` of it is used."""

    path: str
    words: str
    percent: float
    is_low: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate, and how long it is good (UTC)."""

    path: str
    ends_at: datetime | None
    left: str
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class MachineView:
    """What only the database can count, and what the machines say of themselves."""

    queue: Facts
    letters: Facts
    disks: list[DiskLine]
    database_size: str
    clocks: Facts
    certificates: list[CertificateLine]
    backup: Facts  # empty: there is none


@dataclass(frozen=True, slots=True)
class SystemView:
    """The page. `machine` is None while the database does not answer."""

    troubles: list[str]
    stations: list[Station]
    services: list[ServiceLine]
    channels: list[ChannelLine]
    machine: MachineView | None
