"""What the page of the system's state shows of machines: disks, certificates, the database's counts."""

from dataclasses import dataclass
from datetime import datetime

Facts = list[tuple[str, str]]  # name and value


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
