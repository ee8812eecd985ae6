"""Checks of decoded content against the catalogue and the clock. Pure functions."""

from datetime import UTC, datetime, timedelta

from cityops.catalogue import Catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.numbers import write_short
from cityops.sensors import Sensor
from cityops.storage.placement import FARTHEST
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


def check_time(time: int, *, arrival: int) -> None:
    """Refuse a time that no device could have measured at; both in µs since 1970. Raises Undecodable."""
    if _EARLIEST <= time <= arrival + _MOST_AHEAD:
        return
    if time < _EARLIEST:
        raise Undecodable("time", f"{_iso(time)} is before {EARLIEST.date()}")
    raise Undecodable("time", f"{_iso(time)} is in the future")


def standing_clock() -> Undecodable:
    """Return what is wrong with a reading beside which no room is left; see cityops.storage.placement."""
    return Undecodable("time", f"there are {FARTHEST + 1} other values with this time already: the clock stands still")


def check_value(metric: str, value: float, gauge: Gauge) -> None:
    """Refuse what no such device could have measured. Raises Undecodable."""
    if not gauge.valid_low <= value <= gauge.valid_high:
        limits = f"{gauge.valid_low:g} to {gauge.valid_high:g} {gauge.unit}"
        raise Undecodable(f"values.{metric}", f"{write_short(value)} is outside {limits}")


_EARLIEST, _MOST_AHEAD = microseconds(EARLIEST), MOST_AHEAD // timedelta(microseconds=1)


def _iso(time: int) -> str:
    return from_microseconds(time).isoformat()
