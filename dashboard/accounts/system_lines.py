"""The lines of the page of the system's state, as its template draws them."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.accounts.machine_lines import MachineView

NOTHING = "–"


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
class SystemView:
    """The page. `machine` is None while the database does not answer."""

    troubles: list[str]
    stations: list[Station]
    services: list[ServiceLine]
    channels: list[ChannelLine]
    machine: MachineView | None
