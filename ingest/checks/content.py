"""Checks of decoded content against the catalogue and the clock. Pure functions."""

from datetime import UTC, datetime, timedelta

from cityops.catalogue import Catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.devices.sensors import Sensor
from cityops.numbers import write_short
from cityops.storage.readings.placement import FARTHEST
from ingest.checks.device_cache import SeriesInfo
from ingest.errors import Undecodable
from ingest.messages import Fragment

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no networked device is older
# A clock may run ahead a little. What is further ahead is stored as of its arrival: the future would hide the present.
MOST_AHEAD = timedelta(minutes=5)
EARLIEST_TIME = microseconds(EARLIEST)
_MOST_AHEAD = MOST_AHEAD // timedelta(microseconds=1)
_NEAR = timedelta(days=30) // timedelta(
    microseconds=1
)  # so near to its arrival, seconds are no clock that stands in 1970


def check_registration(sensor: Sensor, catalogue: Catalogue) -> None:
    """Refuse a kind that the catalogue does not have, or that belongs to another domain. Raises Undecodable."""
    kind = catalogue.kind.get(sensor.kind)
    if kind is None:
        raise Undecodable("kind", f"{sensor.kind[:60]!r} is not in the catalogue")
    if kind.domain != sensor.domain:
        raise Undecodable("topic.domain", f"a {sensor.kind} belongs to {kind.domain}, not to {sensor.domain[:40]!r}")


def can_be(time: int, *, arrival: int, ahead: int | None = None) -> bool:
    """Whether a device whose clock is nearly right could have measured at a time; all in µs (since 1970)."""
    return EARLIEST_TIME <= time <= arrival + (_MOST_AHEAD if ahead is None else ahead)


def check_time(time: int, *, newest: int, arrival: int) -> None:
    """Refuse what is too old beside the newest time of its message, however wrong the clock is. Raises Undecodable.

    A time by itself is never wrong: when the clock is, the arrival tells (ingest.checks.clocks). All in µs since 1970.
    """
    if abs(time * 1000 - arrival) < _NEAR:
        raise Undecodable("time", f"{time // 1000} looks like seconds since 1970; send milliseconds")
    if time + arrival - newest < EARLIEST_TIME:
        reason = f"{_iso(time)} is older than any device, beside {_iso(newest)} in the same message"
        raise Undecodable("time", reason)


def require_time(fragment: Fragment, *, newest: int, arrival: int) -> int:
    """Return the time of what a message says of one moment, checked. Raises Undecodable."""
    if fragment.error is not None or fragment.time is None:
        raise fragment.error or Undecodable("time", "it is missing")
    check_time(fragment.time, newest=newest, arrival=arrival)
    return fragment.time


def standing_clock() -> Undecodable:
    """Return what is wrong with a reading beside which no room is left; see cityops.storage.readings.placement."""
    return Undecodable("time", f"there are {FARTHEST + 1} other values with this time already: the clock stands still")


def check_value(metric: str, value: float, gauge: SeriesInfo) -> None:
    """Refuse what no such device could have measured. Raises Undecodable."""
    if not gauge.valid_low <= value <= gauge.valid_high:
        limits = f"{gauge.valid_low:g} to {gauge.valid_high:g} {gauge.unit}"
        raise Undecodable(f"values.{metric}", f"{write_short(value)} is outside {limits}")


def _iso(time: int) -> str:
    return from_microseconds(time).isoformat()
