"""How traffic is averaged: flows add up, speeds of points harmonically, speeds of links by length and time."""

from collections.abc import Sequence


def flow_per_hour(vehicles: int, minutes: float) -> float:
    """Return vehicles an hour from a count over so many minutes."""
    return vehicles * 60 / minutes


def space_mean_speed(vehicles: Sequence[int], speeds: Sequence[float | None]) -> float | None:
    """Return the space mean speed of lanes or intervals, km/h; None when nothing drove.

    A lane without vehicles has no speed (None), which is neither 0 nor its last one.
    """
    drove = [(n, speed) for n, speed in zip(vehicles, speeds, strict=True) if n > 0 and speed]
    return sum(n for n, _ in drove) / sum(n / speed for n, speed in drove) if drove else None


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
