"""What the numbers of an alert are: readings, or seconds, millimetres, an index. Pure.

A condition knows its measure (`alerts.conditions`), an alert keeps it from the moment it was raised, and whoever
shows its limit and its trigger writes them by it. Units are symbols that both languages share.
"""

from dataclasses import dataclass
from enum import StrEnum

from cityops.numbers import write_number, write_short

_SPANS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
_READABLE_SECONDS = 120  # up to here people read seconds, beyond it minutes


class Quantity(StrEnum):
    """The kind of quantity that a condition compares with its limit."""

    READING = "reading"  # of the metric, in its unit
    CHANGE = "change"  # of the metric within a window
    DURATION = "duration"  # seconds
    RAINFALL = "rainfall"  # millimetres within a window
    AQI = "aqi"  # an index has no unit
    TPI = "tpi"
    COUNT = "count"  # how often within a window
    NONE = "none"  # there is nothing to compare


_UNITS = {Quantity.DURATION: "s", Quantity.RAINFALL: "mm", Quantity.COUNT: "times"}
_UNITLESS = frozenset({Quantity.AQI, Quantity.TPI, Quantity.NONE})
_DECIMALS = {Quantity.DURATION: 0, Quantity.RAINFALL: 1, Quantity.AQI: 0, Quantity.TPI: 1, Quantity.COUNT: 0}


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity, and the window (seconds) over which it is taken when it has one."""

    quantity: Quantity = Quantity.READING
    window: float | None = None

    @property
    def is_reading(self) -> bool:
        """Whether limit and trigger are readings of the metric, so that the newest one can stand beside them."""
        return self.quantity is Quantity.READING

    def unit(self, metric_unit: str) -> str:
        """Return the unit of limit and trigger; "" for what has none. A change has that of its metric per window."""
        if self.quantity in _UNITLESS:
            return ""
        if self.quantity is Quantity.CHANGE and self.window is not None:
            return f"{metric_unit} / {_per(self.window)}"
        return _UNITS.get(self.quantity, metric_unit)

    def number(self, value: float, metric_decimals: int) -> str:
        """Return a limit or a trigger as it is written, without its unit."""
        return write_number(value, _DECIMALS.get(self.quantity, metric_decimals))

    def phrase(self, value: float, metric_unit: str, metric_decimals: int) -> str:
        """Return a limit or a trigger for people: "50.0 mm / 3 h", "3 min", "AQI 212", "3× / 10 min"."""
        number = self.number(value, metric_decimals)
        match self.quantity:
            case Quantity.DURATION:
                return write_duration(value)
            case Quantity.AQI | Quantity.TPI:
                return f"{self.quantity.upper()} {number}"
            case Quantity.COUNT:
                return f"{number}×{self._over()}"
            case Quantity.RAINFALL:
                return f"{number} mm{self._over()}"
            case _:
                return f"{number} {self.unit(metric_unit)}".rstrip()

    def _over(self) -> str:
        return "" if self.window is None else f" / {write_span(self.window)}"


@dataclass(frozen=True, slots=True)
class Bound:
    """The limit by which a condition was judged on a series, and what it measures."""

    limit: float
    measure: Measure


def write_duration(seconds: float) -> str:
    """Return a length of time in its two largest units: "95 s", "3 min 4 s", "2 h"."""
    if round(seconds) < 0:
        return "-" + write_duration(-seconds)
    rest = round(seconds)
    if rest < _READABLE_SECONDS:
        return f"{rest} s"
    parts = []
    for name, size in _SPANS:
        count, rest = divmod(rest, size)
        parts.append((count, name))
    first = next(place for place, (count, _) in enumerate(parts) if count)
    return " ".join(f"{count} {name}" for count, name in parts[first : first + 2] if count)


def write_span(seconds: float) -> str:
    """Return a window in the largest unit that leaves nothing over: "3 h", "10 min", "90 s"."""
    name, size = next(((name, size) for name, size in _SPANS if seconds >= size and seconds % size == 0), ("s", 1))
    return f"{write_short(seconds / size)} {name}"


def _per(seconds: float) -> str:
    """Return a window as the lower half of a rate: "h", "10 min"."""
    return write_span(seconds).removeprefix("1 ")
