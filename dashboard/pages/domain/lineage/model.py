"""The lineage of a number as a tree: figure, formula, roll-up, what each series gave, and other figures. Pure.

A figure is declared once (`declare`, `declare_air`, …): the page writes its `text`, and its lineage is traced from its
`source`. `Lineage.recompute` puts the leaves together again by the formula's own function, so that anybody can check
that the number on the page is what its leaves make.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cityops.storage.readings.detail import Detail
from dashboard.pages.domain.lineage.number_sources import Source

Value = Any  # what a formula gives: a number, or numbers that are written together; None: there is none


@dataclass(frozen=True, slots=True)
class Share:
    """What one series gave to a number, from its readings of start to end (UTC; None: of none).

    `value`: what it says for itself. `weight`, `terms` and `easts`: as of `weighed_steps`, sums over its readings;
    `share`: the flow by which its weight counts (None: as that of the others on average). `expected`: how many
    readings were due. `facts`: what else the formula looks at, such as the class of a road.
    """

    sensor_id: str
    name: str
    area_code: str
    metric: str
    start: datetime | None
    end: datetime | None
    value: float | None
    count: int
    low: float | None = None
    high: float | None = None
    weight: float = 0.0
    terms: float = 0.0
    easts: float = 0.0
    share: float | None = None
    expected: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Where shares were read: a relation, its buckets from start to end, and how much of what was due is there.

    `on_the_spot`: from when on buckets were folded from readings for this answer; None: all of them are stored.
    `coverage`: 0 to 1; None where nothing says how much was due.
    """

    relation: Detail
    step: timedelta
    start: datetime
    end: datetime
    on_the_spot: datetime | None
    readings: int
    coverage: float | None


def by_weight(share: Share) -> float:
    """Return how much a share counts in a mean."""
    return share.weight * (1.0 if share.share is None else share.share)


@dataclass(frozen=True, slots=True)
class Formula:
    """How a number comes about. `name`: of its words in the texts; `version`: its own, or the edition of a standard.

    `of_shares` makes it of shares, `of_figures` of other figures by their role: one of them is there. `rank`: what
    decides, the largest first. `source`: where it is from, where the words of the texts do not say it.
    """

    name: str
    version: str
    of_shares: Callable[[Sequence[Share]], Value] | None = None
    of_figures: Callable[[Mapping[str, Value]], Value] | None = None
    rank: Callable[[Share], float] = by_weight
    source: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a page: what it is called, what it is, how it is written, and what it is made of.

    `source`: what its shares are read from; `parts`: the keys of the figures that it is made of, by their role.
    """

    key: str
    title: str
    value: Value
    write: Callable[[Value], str]
    formula: Formula
    source: Source | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    @property
    def text(self) -> str:
        """The number as the page shows it."""
        return self.write(self.value)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A figure with what it is made of: shares, that which decides first, or other figures with theirs."""

    figure: Figure
    rollup: Rollup | None = None
    shares: tuple[Share, ...] = ()
    inputs: Mapping[str, "Lineage"] = field(default_factory=dict)

    def recompute(self) -> Value:
        """Return the number that the leaves make, by the formula's own function."""
        formula = self.figure.formula
        if formula.of_shares is not None:
            return formula.of_shares(self.shares)
        if formula.of_figures is not None:
            return formula.of_figures({role: part.recompute() for role, part in self.inputs.items()})
        raise ValueError(f"the formula {formula.name} of {self.figure.key} makes nothing. Give it a function.")
