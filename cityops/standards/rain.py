"""Rainstorm signals (CMA Order 16): the rain of the last hours against a table that each city may change."""

from collections.abc import Mapping, Sequence

from cityops.standards.tables import RainSignal, Standards
from cityops.standards.warnings import Colour


def signal(rain: Mapping[int, float], standards: Standards) -> Colour | None:
    """Return the highest colour that the rain satisfies; the bound itself does.

    `rain`: millimetres by length of the window up to now, in hours. Raises KeyError for a window of the table
    that is not given.
    """
    return min((s.colour for s in standards.rainstorm.signals if rain[s.hours] >= s.millimetres), default=None)


def windows(signals: Sequence[RainSignal]) -> list[int]:
    """Return the lengths of window that a table asks for, in hours, shortest first."""
    return sorted({entry.hours for entry in signals})


def accumulate(rates: Sequence[float], seconds: float) -> float:
    """Return the millimetres of equally long pieces with these mean rain rates (mm/h)."""
    return sum(rates) * seconds / 3600
