"""Who the sensors are, in the database: what each source says of them, and their end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cityops.devices.identity import Identity, IdentitySource
from cityops.devices.sensors import Sensor
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries
from cityops.storage.readings.table import repair_latest

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")

_NAMES = ("sensor_id", "area", "domain", "kind", "name", "lon", "lat")


def lock_identities(tx: Transaction, sensor_ids: Iterable[str]) -> dict[str, Identity]:
    """Return what is known of these ids, retired ones too, locked until the commit."""
    rows = tx.rows(SQL["lock_identities"], sensor_ids=sorted(set(sensor_ids)))
    return {row["sensor_id"]: _identity(row) for row in rows}


def add_sensors(tx: Transaction, sensors: Sequence[Sensor], now: datetime) -> set[str]:
    """Register devices of new ids, each once. Return those that were added; with the others somebody was first."""
    if not sensors:
        return set()
    columns = {name: [getattr(sensor, name) for sensor in sensors] for name in _NAMES}
    rows = tx.rows(SQL["add_sensors"], **columns, source=IdentitySource.DEVICE.value, now=now)
    return {str(row["sensor_id"]) for row in rows}


def put_in_force(tx: Transaction, sensor: Sensor, topic_area: str | None, now: datetime) -> None:
    """Make this true of a registered sensor; one that was retired is back."""
    tx.execute(SQL["put_in_force"], **_columns(sensor), topic_area=topic_area, now=now)


def put_registration(tx: Transaction, sensor: Sensor, source: IdentitySource, now: datetime) -> None:
    """Keep what a source says of a registered sensor."""
    tx.execute(SQL["put_registration"], **_columns(sensor), source=source.value, now=now)


def put_registry(tx: Transaction, sensor_ids: Iterable[str], now: datetime) -> None:
    """Note that these sensors, as they are stored, are what the registry says; it settles who has the id."""
    tx.execute(SQL["registry_says"], sensor_ids=list(sensor_ids), now=now)


def drop_rival(tx: Transaction, sensor_id: str) -> None:
    """Forget a second device of this id."""
    tx.execute(SQL["drop_registration"], sensor_id=sensor_id, source=IdentitySource.RIVAL.value)


def empty_registration(tx: Transaction, sensor_id: str, now: datetime) -> None:
    """Note that the device took its registration back, which the registry outweighs."""
    tx.execute(SQL["empty_registration"], sensor_id=sensor_id, now=now)


def retire_sensor(tx: Transaction, sensor_id: str, reason: str, now: datetime, *, successor: str | None = None) -> bool:
    """End a sensor; its readings stay. Return False when it is not registered, or retired already."""
    return tx.execute(SQL["retire_sensor"], sensor_id=sensor_id, reason=reason, successor=successor, now=now) == 1


def copy_sensor(tx: Transaction, sensor_id: str, new_id: str, now: datetime) -> bool:
    """Register the same device under another id. Return False when that is taken."""
    return tx.execute(SQL["copy_sensor"], sensor_id=sensor_id, new_id=new_id, now=now) == 1


def hand_over_series(tx: Transaction, sensor_id: str, new_id: str, now: datetime) -> int:
    """Let all that a sensor measured go on under another one. Return how many readings had to be copied."""
    tx.execute(SQL["move_ledger"], sensor_id=sensor_id, new_id=new_id)
    tx.execute(SQL["move_series"], sensor_id=sensor_id, new_id=new_id)
    copied = tx.execute(SQL["copy_shared_readings"], sensor_id=sensor_id, new_id=new_id)
    if copied:
        repair_latest(tx, now)
    return copied


def note_rivals(tx: Transaction, heard: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Note second devices that were heard: sensor id, area and domain of each topic."""
    told = sorted(set(heard))
    if told:
        ids, areas, domains = zip(*told, strict=True)
        tx.execute(SQL["note_rivals"], sensor_ids=list(ids), areas=list(areas), domains=list(domains), now=now)


def bind_areas(tx: Transaction, areas: Mapping[str, str]) -> set[str]:
    """Note in which area sensors speak that spoke for the first time, by sensor id; return those that did."""
    if not areas:
        return set()
    rows = tx.rows(SQL["bind_areas"], sensor_ids=list(areas), areas=list(areas.values()))
    return {str(row["sensor_id"]) for row in rows}


def sensors_changed(tx: Transaction, since: str | None) -> tuple[list[str], str]:
    """Return the sensors whose identity changed since a mark, none without one, and the mark of now."""
    row = tx.row(SQL["sensors_changed"], since=since) or {}
    return row["sensor_ids"], row["current"]


def identity_frame(tx: Transaction) -> "pd.DataFrame":
    """Return the sensors that are retired, or of which a device says something else than what is in force.

    Columns: sensor_id, name, kind, area_code, lon, lat, retired_at (UTC), retired_reason, successor, source (device,
    rival, None), said_area, said_kind, said_name, said_lon, said_lat, said_at, emptied_at (UTC).
    """
    return tx.frame(SQL["identity_frame"])


def _identity(row: Row) -> Identity:
    sensor_id = row["sensor_id"]
    return Identity(
        sensor=Sensor(sensor_id, row["area_code"], row["domain"], row["kind"], row["name"], row["lon"], row["lat"]),
        device=_said(row, "device"),
        topic_area=row["topic_area"],
        in_registry=row["in_registry"],
        rival=_said(row, "rival"),
        retired_at=row["retired_at"],
        successor=row["successor"],
    )


def _said(row: Row, who: str) -> Sensor | None:
    """Return what a source says, None where it says nothing or only speaks."""
    if row[f"{who}_kind"] is None:
        return None
    names = ("area", "domain", "kind", "name", "lon", "lat")
    return Sensor(row["sensor_id"], *(row[f"{who}_{name}"] for name in names))


def _columns(sensor: Sensor) -> dict[str, object]:
    return {name: getattr(sensor, name) for name in _NAMES}
