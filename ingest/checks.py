"""Checks of decoded content against the catalogue and the clock. Pure functions."""

from datetime import UTC, datetime, timedelta

from cityops.catalogue import Catalogue
from cityops.sensors import Sensor
from ingest.directory import Gauge
from ingest.errors import Undecodable

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no networked device is older
# A clock may run ahead a little; a reading from the future would hide the present for as long.
MOST_AHEAD = timedelta(minutes=5)


def check_registration(sensor: Sensor, catalogue: Catalogue) -> None:
    """Refuse a kind that the catalogue does not have, or that belongs to another domain. Raises Undecodable."""
    kind = catalogue.kind.get(sensor.kind)
    if kind is None:
        raise Undecodable("kind", f"{sensor.kind[:60]!r} is not in the catalogue")
    if kind.domain != sensor.domain:
        raise Undecodable("topic.domain", f"a {sensor.kind} belongs to {kind.domain}, not to {sensor.domain[:40]!r}")


def check_time(time: datetime, *, received_at: datetime) -> None:
    """Refuse a time that no device could have measured at. Raises Undecodable."""
    if time < EARLIEST:
        raise Undecodable("time", f"{time.isoformat()} is before {EARLIEST.date()}")
    if time - received_at > MOST_AHEAD:
        raise Undecodable("time", f"{time.isoformat()} is in the future")


def check_value(metric: str, value: float, gauge: Gauge) -> None:
    """Refuse what no such device could have measured. Raises Undecodable."""
    if not gauge.valid_low <= value <= gauge.valid_high:
        limits = f"{gauge.valid_low:g} to {gauge.valid_high:g} {gauge.unit}"
        raise Undecodable(f"values.{metric}", f"{value:g} is outside {limits}")
