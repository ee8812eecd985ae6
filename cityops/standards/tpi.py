"""The traffic performance index (道路交通运行指数) of DB11/T 785 and its copies: 0 to 10, 10 is the worst.

Links are judged by their speed; of each class of road, the share of badly jammed kilometres counts by how
much is driven on that class; and a table turns the share into the index.
"""

import itertools
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from cityops.catalogue import Names
from cityops.standards.rounding import exact
from cityops.standards.tables import Standards


class Road(StrEnum):
    """The classes of roads with limits of their own."""

    EXPRESSWAY = "expressway"  # 快速路
    MAIN = "main"  # 主干路
    MINOR = "minor"  # 次干路、支路


class Traffic(msgspec.Struct, frozen=True):
    """One of the five levels; `number` 1 is the best. The colours are ours, those of the road maps that people know."""

    number: int
    name: Names
    colour: str


LEVELS = (
    Traffic(1, Names(zh="畅通", en="Free"), "#2fd6a3"),
    Traffic(2, Names(zh="基本畅通", en="Mostly free"), "#a6d854"),
    Traffic(3, Names(zh="轻度拥堵", en="Light congestion"), "#ffd83d"),
    Traffic(4, Names(zh="中度拥堵", en="Moderate congestion"), "#ff9230"),
    Traffic(5, Names(zh="严重拥堵", en="Heavy congestion"), "#ff5a5f"),
)
SPEEDS: Mapping[Road, tuple[int, int, int, int]] = {  # km/h: a level holds above its speed, the last at or below
    Road.EXPRESSWAY: (65, 50, 35, 20),
    Road.MAIN: (40, 30, 20, 15),
    Road.MINOR: (35, 25, 15, 10),
}


def link_level(road: Road, speed: float) -> Traffic:
    """Return the level of one link by its mean travel speed, km/h."""
    return next((LEVELS[place] for place, lowest in enumerate(SPEEDS[road]) if speed > lowest), LEVELS[-1])


def level_of(tpi: float | Fraction) -> Traffic:
    """Return the level of an index; each level contains its upper end, as 4 is still 基本畅通."""
    return LEVELS[max(0, min(4, -(-exact(tpi) // 2) - 1))]


def jammed_share(jammed: Mapping[str, float], driven: Mapping[str, float]) -> Fraction:
    """Return the share of badly jammed kilometres, in percent, from each class's own share and its weight.

    `jammed`: percent by class; `driven`: the class's share of all vehicle kilometres, which is normalised.
    """
    total = sum(exact(driven[name]) for name in jammed)
    return sum((exact(share) * exact(driven[name]) for name, share in jammed.items()), Fraction(0)) / total


def index(jammed_percent: float | Fraction, standards: Standards) -> Fraction:
    """Return the index of a share of jammed kilometres, by straight lines between the table's points."""
    share = exact(jammed_percent)
    points: Sequence[tuple[Fraction, Fraction]] = [(exact(p), exact(tpi)) for p, tpi in standards.tpi.points]
    if share <= points[0][0]:
        return points[0][1]
    for (low, index_low), (high, index_high) in itertools.pairwise(points):
        if share <= high:
            return index_low + (share - low) / (high - low) * (index_high - index_low)
    return points[-1][1]
