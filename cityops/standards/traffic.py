"""How traffic is averaged: flows add up, speeds of points harmonically, speeds of links by length and time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cityops.catalogue import Mean
from cityops.standards.means import mean_of


def flow_per_hour(vehicles: int, minutes: float) -> float:
    """Return vehicles an hour from a count over so many minutes."""
    return vehicles * 60 / minutes


@dataclass(frozen=True, slots=True)
class Passages:
    """What a detector saw of a while, in parts: sums over its minutes.

    `vehicles` and `travel`: flow, and flow by speed, of the minutes that have both; `readings` and `slowness`: readings
    with a speed, and readings by speed; `stood`: minutes without a speed in which vehicles were seen; `heard`: minutes
    with any report.
    """

    vehicles: float = 0.0
    travel: float = 0.0
    readings: float = 0.0
    slowness: float = 0.0
    stood: int = 0
    heard: int = 0

    @property
    def speed(self) -> float | None:
        """The space mean speed, km/h: by flow where it is known. 0 where vehicles stood; None where none were seen."""
        if self.travel > 0:
            return self.vehicles / self.travel
        if self.slowness > 0:
            return self.readings / self.slowness
        return 0.0 if self.stood else None


def stands(speed: float, flow: float | None, occupancy: float | None) -> bool:
    """Whether a speed of 0 is a standing queue, of which vehicles are seen, and not an empty road."""
    return speed == 0 and ((flow or 0.0) > 0 or (occupancy or 0.0) > 0)


def space_mean_speed(vehicles: Sequence[float], speeds: Sequence[float | None]) -> float | None:
    """Return the space mean speed of lanes or intervals, km/h; None when nothing drove.

    A lane without vehicles has no speed (None), which is neither 0 nor its last one.
    """
    return mean_of([np.nan if speed is None else speed for speed in speeds], Mean.HARMONIC, vehicles)


def route_speed(metres: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the speed over links one after the other, km/h."""
    return sum(metres) / sum(seconds) * 3.6


def travel_time_ratio(metres: Sequence[float], seconds: Sequence[float], free_flow: Sequence[float]) -> float:
    """Return TTI: the travel time against that at free flow (km/h a link)."""
    free = sum(length * 3.6 / speed for length, speed in zip(metres, free_flow, strict=True))
    return sum(seconds) / free


def mean_occupancy(shares: Sequence[float]) -> float:
    """Return the mean occupancy of lanes or equally long intervals, in the unit given."""
    return sum(shares) / len(shares)
