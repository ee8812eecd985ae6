"""The handover sheet 交接班单: what one officer leaves to the next. Pure: frames and `now` in, a sheet out.

A sheet is a copy, made to be signed and kept: it holds names and places as they were, and refers to nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from cityops.catalogue import Names
from cityops.presence import DEAD

SHIFT = timedelta(hours=12)  # what the first sheet looks back on
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
class Tally:
    """What happened to alerts during the shift."""

    raised: int = 0
    acknowledged: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is handed over. Each open alert stands once: in the first of late, stale, open, shelved."""

    since: datetime
    until: datetime
    late: tuple[AlertLine, ...] = ()
    stale: tuple[AlertLine, ...] = ()
    open: tuple[AlertLine, ...] = ()
    shelved: tuple[AlertLine, ...] = ()
    sensors: tuple[SensorLine, ...] = ()
    notes: tuple[Note, ...] = ()
    tally: Tally = Tally()


def compose(
    alerts: pd.DataFrame,
    sensors: pd.DataFrame,
    *,
    notes: tuple[Note, ...],
    tally: Tally,
    place: Place,
    since: datetime,
    now: datetime,
) -> Sheet:
    """Return the sheet at `now`, for the shift since `since`.

    alerts: as of `store.open_alerts`, in whose order they stay; the late ones by severity and how late they are.
    sensors: `presence_frame` with name, kind and area_code; only those that are DEAD are handed over, the longest
    silent first.
    """
    groups: dict[str, list[AlertLine]] = {"late": [], "stale": [], "open": [], "shelved": []}
    for row in alerts.to_dict("records"):
        line = _alert_line(row, place, now)
        groups[_group(line, row)].append(line)
    groups["late"].sort(key=lambda line: (line.severity, line.due))
    dead = sensors[sensors["state"].isin(DEAD)].sort_values(["since", "sensor_id"])
    return Sheet(
        since=since,
        until=now,
        **{name: tuple(lines) for name, lines in groups.items()},
        sensors=tuple(_sensor_line(row, place) for row in dead.to_dict("records")),
        notes=notes,
        tally=tally,
    )


def _group(line: AlertLine, row: Mapping[Any, Any]) -> str:
    if row["suppression"] != "none":
        return "shelved"
    if line.missed is not None:
        return "late"
    return "open" if line.stale_since is None else "stale"


def _alert_line(row: Mapping[Any, Any], place: Place, now: datetime) -> AlertLine:
    taken = bool(row["acknowledged"])
    due = _moment(row["handle_due"] if taken else row["ack_due"])
    aside = row["suppression"] != "none"
    missed = None
    if due is not None and due < now and not aside:
        missed = Missed.HANDLE if taken else Missed.ACKNOWLEDGE
    return AlertLine(
        alert_id=int(row["alert_id"]),
        severity=int(row["severity"]),
        state=str(row["state"]),
        title=Names(_text(row["title_zh"]) or row["rule_id"], _text(row["title_en"]) or row["rule_id"]),
        sensor=str(row["sensor_name"]),
        place=place(row["area_code"]),
        opened_at=_aware(row["opened_at"]),
        holder=_text(row["acknowledged_by"]) if taken else None,
        assigned_to=_text(row["assigned_to"]),
        missed=missed,
        due=due,
        stale_since=_moment(row["stale_since"]),
        shelved_by=_text(row["suppressed_by"]) if aside else None,
        shelved_until=_moment(row["shelved_until"]) if aside else None,
        reason=_text(row["suppressed_reason"]) if aside else None,
    )


def _sensor_line(row: Mapping[Any, Any], place: Place) -> SensorLine:
    return SensorLine(
        sensor_id=str(row["sensor_id"]),
        name=str(row["name"]),
        place=place(row["area_code"]),
        kind=str(row["kind"]),
        state=str(row["state"]),
        reason=str(row["reason"]),
        since=_moment(row["since"]),
    )


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value else None


def _moment(value: Any) -> datetime | None:
    return None if pd.isna(value) else _aware(value)


def _aware(value: Any) -> datetime:
    found: datetime = pd.Timestamp(value).tz_convert("UTC").to_pydatetime()
    return found
