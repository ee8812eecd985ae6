"""Where really more happens than before: every category in every street and district is tested, few are proposed. Pure.

Cells with fewer incidents in both times together than a topic must have can show nothing; they are left out before
anything is tested, by their sum alone, which says nothing about the rise: what is left stays an exact test.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from citizens.topics.criteria import RiseCriteria
from citizens.topics.exact import rise_chance
from citizens.topics.false_discoveries import adjust
from citizens.topics.reported_incidents import ReportedIncident
from citizens.topics.sightings import places_of
from cityops.areas import Area, ancestors

Cell = tuple[str, str]  # category, area


@dataclass(frozen=True, slots=True)
class Span:
    """Two times of whole days beside each other: `before_days` up to `middle`, `after_days` from there on."""

    middle: datetime
    before_days: int
    after_days: int

    @property
    def start(self) -> datetime:
        """Where the time before begins."""
        return self.middle - timedelta(days=self.before_days)

    @property
    def end(self) -> datetime:
        """Where the time after ends (exclusive)."""
        return self.middle + timedelta(days=self.after_days)


@dataclass(frozen=True, slots=True)
class Rise:
    """A cell and what its test says. `chance`: of as large a rise if nothing changed; `adjusted`: for all cells."""

    category: str
    area: str
    after: int
    before: int
    span: Span
    chance: Fraction
    adjusted: Fraction
    incidents: tuple[ReportedIncident, ...]  # those of the time after

    @property
    def factor(self) -> Fraction | None:
        """How many times as many a day as before; None where there was nothing before."""
        return Fraction(self.after * self.span.before_days, self.before * self.span.after_days) if self.before else None


def span_until(end: datetime, known_since: datetime, criteria: RiseCriteria) -> Span | None:
    """Return the days to compare; of a city that is younger than both times, half of its days against the other half.

    None: too few days are known to compare anything.
    """
    known = (end - known_since) // timedelta(days=1)
    after_days = min(criteria.days, known // 2)
    before_days = min(criteria.days, known - after_days)
    return (
        Span(end - timedelta(days=after_days), before_days, after_days) if after_days >= criteria.least_days else None
    )


def judge_cells(
    incidents: Sequence[ReportedIncident], span: Span, areas: dict[str, Area], criteria: RiseCriteria
) -> list[Rise]:
    """Return every cell that can be tested with its result, the surest rise first."""
    after, before = _count(incidents, span, areas)
    cells = sorted(
        cell for cell in {*after, *before} if len(after.get(cell, ())) + before[cell] >= criteria.least_count
    )
    chances = [
        rise_chance(len(after.get(cell, ())), before[cell], after_days=span.after_days, before_days=span.before_days)
        for cell in cells
    ]
    found = [
        Rise(*cell, len(after.get(cell, ())), before[cell], span, chance, adjusted, tuple(after.get(cell, ())))
        for cell, chance, adjusted in zip(cells, chances, adjust(chances), strict=True)
    ]
    # Of a street and its district with the same counts, the street says more.
    return sorted(found, key=lambda rise: (rise.chance, rise.category, -len(_upwards(rise, areas)), rise.area))


def find_rises(
    incidents: Sequence[ReportedIncident], span: Span, areas: dict[str, Area], criteria: RiseCriteria
) -> list[Rise]:
    """Return what is to be proposed, the surest first: a rise of a street is not told again as one of its district."""
    told: list[Rise] = []
    for rise in judge_cells(incidents, span, areas, criteria):
        if _is_topic(rise, criteria) and not any(_overlap(rise, other, areas) for other in told):
            told.append(rise)
    return told


def _count(
    incidents: Iterable[ReportedIncident], span: Span, areas: dict[str, Area]
) -> tuple[dict[Cell, list[ReportedIncident]], Counter[Cell]]:
    after: dict[Cell, list[ReportedIncident]] = {}
    before: Counter[Cell] = Counter()
    for one in incidents:
        if not one.first.category or not span.start <= one.first.at < span.end:
            continue
        for place in places_of(areas, one.first.area):
            cell = (one.first.category, place)
            if one.first.at < span.middle:
                before[cell] += 1
            else:
                after.setdefault(cell, []).append(one)
    return after, before


def _is_topic(rise: Rise, criteria: RiseCriteria) -> bool:
    is_large = rise.factor is None or rise.factor >= Fraction(criteria.least_factor)
    return rise.after >= criteria.least_count and is_large and rise.adjusted <= criteria.share_a_look


def _overlap(rise: Rise, other: Rise, areas: dict[str, Area]) -> bool:
    one_in_the_other = other.area in _upwards(rise, areas) or rise.area in _upwards(other, areas)
    return rise.category == other.category and one_in_the_other


def _upwards(rise: Rise, areas: dict[str, Area]) -> list[str]:
    return [rise.area, *ancestors(areas, rise.area)]
