"""The handover sheet 交接班单 as it is signed: its alerts, sensors, notes and counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cityops.catalogue import Names

Place = Callable[[str], Names]  # the name of an area, by its code


class Missed(StrEnum):
    """Which deadline of an alert has passed."""

    ACKNOWLEDGE = "acknowledge"  # nobody has it
    HANDLE = "handle"  # somebody has it, and it should be over


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One open alert. Times are UTC; severity 1 is the highest."""

    alert_id: int
    severity: int
    state: str  # of lifecycle.State
    title: Names
    sensor: str
    place: Names
    opened_at: datetime
    holder: str | None = None  # who acknowledged it
    assigned_to: str | None = None
    missed: Missed | None = None
    due: datetime | None = None  # the deadline that was missed, or the next one
    stale_since: datetime | None = None
    shelved_by: str | None = None
    shelved_until: datetime | None = None
    reason: str | None = None  # why it was put aside


@dataclass(frozen=True, slots=True)
class SensorLine:
    """One device that cannot be relied on."""

    sensor_id: str
    name: str
    place: Names
    kind: str
    state: str  # of presence.State
    reason: str  # of presence.Reason
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What an officer wrote down."""

    note_id: int
    at: datetime
    author: str
    words: str


@dataclass(frozen=True, slots=True)
class ShiftCount:
    """What happened to alerts during the shift."""

    raised: int = 0
    acknowledged: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """Everything that is handed over. Each open alert stands once: in the first of late, stale, open, shelved."""

    since: datetime
    until: datetime
    late: tuple[AlertLine, ...] = ()
    stale: tuple[AlertLine, ...] = ()
    open: tuple[AlertLine, ...] = ()
    shelved: tuple[AlertLine, ...] = ()
    sensors: tuple[SensorLine, ...] = ()
    notes: tuple[Note, ...] = ()
    tally: ShiftCount = ShiftCount()
