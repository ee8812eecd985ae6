"""Sensors and series in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cityops.devices.sensors import Sensor
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")


def registry_fingerprint(tx: Transaction) -> str:
    """Return a text that changes when anything in the registry does."""
    return str(tx.value(SQL["registry_fingerprint"]))


def register_sensor(tx: Transaction, sensor: Sensor, now: datetime) -> None:
    """Store a registration; one that is there already is brought up to date."""
    register_sensors(tx, [sensor], now)


def register_sensors(tx: Transaction, sensors: Iterable[Sensor], now: datetime) -> None:
    """Store many registrations in one statement; no sensor may come twice."""
    everyone = sorted(sensors, key=lambda sensor: sensor.sensor_id)  # so that two workers cannot wait for each other
    tx.execute(
        SQL["register_sensors"],
        sensor_ids=[sensor.sensor_id for sensor in everyone],
        area_codes=[sensor.area for sensor in everyone],
        domains=[sensor.domain for sensor in everyone],
        kinds=[sensor.kind for sensor in everyone],
        names=[sensor.name for sensor in everyone],
        lons=[sensor.lon for sensor in everyone],
        lats=[sensor.lat for sensor in everyone],
        now=now,
    )


def load_sensors(tx: Transaction) -> dict[str, Sensor]:
    """Return all registered sensors by id, without those that are retired."""
    return {
        row["sensor_id"]: Sensor(
            sensor_id=row["sensor_id"],
            area=row["area_code"],
            domain=row["domain"],
            kind=row["kind"],
            name=row["name"],
            lon=row["lon"],
            lat=row["lat"],
        )
        for row in tx.rows(SQL["sensor_frame"], retired=False)
    }


def stored_kinds(tx: Transaction) -> set[str]:
    """Return the sensor kinds that the database knows: those of the catalogue at the last migration."""
    return {row["kind"] for row in tx.rows(SQL["stored_kinds"])}


@dataclass(frozen=True, slots=True)
class SaidStatus:
    """What a device said of itself (online, offline), and when (UTC); None where nobody knows."""

    sensor_id: str
    status: str
    said_at: datetime | None


def set_statuses(tx: Transaction, said: Iterable[SaidStatus]) -> None:
    """Store what devices said of themselves, in the order in which they did: since when each is as it is now."""
    since: dict[str, SaidStatus] = {}
    anew: set[str] = set()
    for one in said:
        before = since.get(one.sensor_id)
        if before is None or before.status != one.status:
            since[one.sensor_id] = one
            if before is not None:
                anew.add(one.sensor_id)
    if since:
        told = [since[sensor_id] for sensor_id in sorted(since)]  # in one order, so that two workers cannot deadlock
        tx.execute(
            SQL["set_sensor_statuses"],
            sensor_ids=[one.sensor_id for one in told],
            statuses=[one.status for one in told],
            said_at=[one.said_at for one in told],
            anew=[one.sensor_id in anew for one in told],
        )


def known_sensors(tx: Transaction, sensor_ids: Iterable[str]) -> list[Row]:
    """Return those of these sensors that are registered: sensor_id, kind, topic_area, retired_at (UTC, or None)."""
    return tx.rows(SQL["known_sensors"], sensor_ids=list(sensor_ids))


def series_ids(tx: Transaction, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the series of each (sensor, metric), making those that are new. The sensors must be registered."""
    wanted = sorted(set(keys))
    values = {"sensors": [sensor for sensor, _ in wanted], "metrics": [metric for _, metric in wanted]}
    found = _series_by_key(tx, values)
    if len(found) < len(wanted):
        tx.execute(SQL["make_series"], **values)
        found = _series_by_key(tx, values)
    return found


def sensor_frame(tx: Transaction, *, retired: bool = False) -> "pd.DataFrame":
    """Return all sensors that are in use, one row each, or those that are retired.

    Columns: sensor_id, area_code, domain, kind, name (text), lon, lat (WGS-84 degrees),
    status (unknown, online, offline), status_at, registered_at, retired_at (UTC), retired_reason.
    """
    return tx.frame(SQL["sensor_frame"], retired=retired)


def _series_by_key(tx: Transaction, values: dict[str, list[str]]) -> dict[tuple[str, str], int]:
    return {(row["sensor_id"], row["metric"]): row["series_id"] for row in tx.rows(SQL["find_series"], **values)}
