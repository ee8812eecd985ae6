"""Rainstorm signals (CMA Order 16): the rain of the last hours against a table that each city may change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cityops.standards import coverage
from cityops.standards.tables import RainSignal, Standards
from cityops.standards.warnings import Colour


@dataclass(frozen=True, slots=True)
class RainPart:
    """Readings of rain rates that are alike: so many buckets of so many readings, so far from the next bucket (s)."""

    gap: float
    readings: int
    buckets: int
    rates: float  # the sum of the buckets' mean rates, mm/h
    early: float = 0.0  # seconds by which they begin before the window, so only the rest of their time is in it


@dataclass(frozen=True, slots=True)
class Fallen:
    """What fell in a window, and how much of the window was measured (seconds). The rest is unknown, not dry."""

    millimetres: float
    covered: float


def add_up(parts: Iterable[RainPart], interval: float, resolution: float) -> Fallen:
    """Return the rain of a window: each bucket's rate for the time that it stands for (see `coverage`)."""
    listed = list(parts)
    gaps, readings = [part.gap for part in listed], [part.readings for part in listed]
    stands = coverage.time_covered(gaps, readings, interval, resolution)
    seconds = np.clip(stands - [part.early for part in listed], 0.0, None)
    return Fallen(
        float(np.dot(seconds, [part.rates for part in listed])) / coverage.HOUR,
        float(np.dot(seconds, [part.buckets for part in listed])),
    )


def is_over(colour: Colour, fallen: Mapping[int, Fallen], standards: Standards) -> bool:
    """Whether the signal of a colour, which does not hold, is certainly over.

    It is when a more urgent one holds, or when its own windows were measured. Rain that left a window of which
    much is unknown ends nothing.
    """
    holds = signal({hours: one.millimetres for hours, one in fallen.items()}, standards)
    if holds is not None and holds < colour:
        return True
    own = [entry.hours for entry in standards.rainstorm.signals if entry.colour == colour]
    return all(coverage.is_known(fallen[hours].covered, hours * coverage.HOUR) for hours in own)


def signal(rain: Mapping[int, float], standards: Standards) -> Colour | None:
    """Return the highest colour that the rain satisfies; arguments and errors as `decisive_signal`."""
    decisive = decisive_signal(rain, standards)
    return None if decisive is None else decisive.colour


def decisive_signal(rain: Mapping[int, float], standards: Standards) -> RainSignal | None:
    """Return the entry of the table that decides: of the highest colour, the one that the rain exceeds most.

    The bound itself satisfies. `rain`: millimetres by length of the window up to now, in hours. Raises KeyError
    for a window of the table that is not given.
    """
    satisfied = [entry for entry in standards.rainstorm.signals if rain[entry.hours] >= entry.millimetres]
    return min(satisfied, key=lambda entry: (entry.colour, entry.millimetres - rain[entry.hours]), default=None)


def windows(signals: Sequence[RainSignal]) -> list[int]:
    """Return the lengths of window that a table asks for, in hours, shortest first."""
    return sorted({entry.hours for entry in signals})


def accumulate(rates: Sequence[float], seconds: float) -> float:
    """Return the millimetres of equally long pieces with these mean rain rates (mm/h)."""
    return sum(rates) * seconds / 3600
