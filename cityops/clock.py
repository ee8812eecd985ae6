"""Time with a zone. A naive datetime is refused at the border; everything inside is UTC."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

RIGHT_WITHIN = timedelta(seconds=10)  # so far off the clock of a device counts as right
TELL_OF_US = 20  # clocks of devices at least: what half of them are off by together is our clock's or the way's doing

STEP = timedelta(seconds=2)  # what the clock goes on by more than time passed is no passing of time: it was set

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


def system_now() -> datetime:
    """Return what the clock of this machine says, in UTC, right or wrong."""
    return datetime.now(UTC)


class SteadyClock:
    """The clock of this machine, which goes on counting when somebody sets it.

    Which of the two is right, the time counted on or the clock as it was set, is asked of the database, see `check`:
    a machine that was started with a wrong clock is put right, and one clock that jumps makes nothing old or young.
    """

    def __init__(
        self, system: Callable[[], datetime] = system_now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._system = system
        self._steady = steady
        self._lock = threading.Lock()
        self._ahead = timedelta(0)  # how far the clock was set ahead of the time counted on
        self._last = system(), steady()

    def now(self) -> datetime:
        """Return the present, UTC."""
        with self._lock:
            return self._look() - self._ahead

    def check(self, other: datetime) -> None:
        """Believe the clock as it was set when it is nearer to another one's present than the time counted on."""
        with self._lock:
            set_to = self._look()
            if abs(set_to - other) <= abs(set_to - self._ahead - other):
                self._ahead = timedelta(0)

    def _look(self) -> datetime:
        system, steady = self._system(), self._steady()
        jump = system - self._last[0] - timedelta(seconds=steady - self._last[1])
        if abs(jump) > STEP:
            self._ahead += jump
        self._last = system, steady
        return system


CLOCK = SteadyClock()  # of this process


def utc_now() -> datetime:
    """Return the present in UTC. Only programs call this; everything below gets `now` as an argument."""
    return CLOCK.now()


def check_aware(moment: datetime) -> datetime:
    """Return the moment in UTC; raise ValueError when it has no zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def has_whole_hours(zone: tzinfo, moment: datetime) -> bool:
    """Return whether the hours of a zone begin with those of UTC then; in India and Nepal they do not."""
    offset = moment.astimezone(zone).utcoffset()
    return offset is not None and offset % _HOUR == timedelta(0)


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970 UTC, exactly."""
    since = moment - _1970
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970 UTC, as screens and the API have it."""
    return microseconds(moment) // 1000


def from_microseconds(count: int) -> datetime:
    """Return the moment that many microseconds after 1970, in UTC."""
    return _1970 + count * _MICROSECOND


def clock_words(moment: datetime, zone: tzinfo, form: str) -> str:
    """Return what the clocks of a zone show at a moment (aware), by strftime's `form`.

    In the hour that comes twice, in the night in which clocks are set back, the offset says which of them it is.
    """
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:{form}} {offset_words(moment, zone)}" if twice else f"{local:{form}}"


def offset_words(moment: datetime, zone: tzinfo) -> str:
    """Return the offset of a zone at a moment, such as "UTC+8" or "UTC-3:30"."""
    minutes = round((moment.astimezone(zone).utcoffset() or timedelta(0)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
