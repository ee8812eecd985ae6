"""The handover sheet 交接班单: what one officer leaves to the next. Pure: frames and `now` in, a sheet out.

A sheet is a copy, made to be signed and kept: it holds names and places as they were, and refers to nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from alerts.board.open_alert import OpenAlert
from alerts.shift.handover_sheet import AlertLine, HandoverSheet, Missed, Note, Place, SensorLine, ShiftCount
from cityops.catalogue import Names
from cityops.devices.presence import DEAD

SHIFT = timedelta(hours=12)  # what the first sheet looks back on


def compose(
    alerts: Iterable[OpenAlert],
    sensors: pd.DataFrame,
    *,
    notes: tuple[Note, ...],
    tally: ShiftCount,
    place: Place,
    since: datetime,
    now: datetime,
) -> HandoverSheet:
    """Return the sheet at `now`, for the shift since `since`.

    alerts: as of `store.open_alerts`, in whose order they stay within each group.
    sensors: `presence_frame` with name, kind and area_code; only those that are DEAD are handed over, the longest
    silent first.
    """
    groups: dict[str, list[AlertLine]] = {"late": [], "stale": [], "open": [], "shelved": []}
    for alert in alerts:
        groups[_group(alert, now)].append(_alert_line(alert, place, now))
    dead = sensors[sensors["state"].isin(DEAD)].sort_values(["since", "sensor_id"])
    return HandoverSheet(
        since=since,
        until=now,
        **{name: tuple(lines) for name, lines in groups.items()},
        sensors=tuple(_sensor_line(row, place) for row in dead.to_dict("records")),
        notes=notes,
        tally=tally,
    )


def _group(alert: OpenAlert, now: datetime) -> str:
    if alert.is_aside:
        return "shelved"
    if alert.is_overdue(now):
        return "late"
    return "stale" if alert.is_stale else "open"


def _alert_line(alert: OpenAlert, place: Place, now: datetime) -> AlertLine:
    missed = Missed.HANDLE if alert.acknowledged else Missed.ACKNOWLEDGE
    return AlertLine(
        alert_id=alert.alert_id,
        severity=alert.severity,
        state=alert.state.value,
        title=Names(alert.title("zh"), alert.title("en")),
        sensor=alert.sensor_name,
        place=place(alert.area_code),
        opened_at=alert.opened_at,
        holder=alert.acknowledged_by if alert.acknowledged else None,
        assigned_to=alert.assigned_to or None,
        missed=missed if alert.is_overdue(now) else None,
        due=alert.due,
        stale_since=alert.stale_since,
        shelved_by=alert.suppressed_by,
        shelved_until=alert.shelved_until,
        reason=alert.suppressed_reason,
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


def _moment(value: Any) -> datetime | None:
    if pd.isna(value):
        return None
    found: datetime = pd.Timestamp(value).tz_convert("UTC").to_pydatetime()
    return found
