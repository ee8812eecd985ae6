"""What rules of responsibility leave open, and what changed ones would do to past cases. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cases.routing.responsibility import Responsibility, Route, find_route


@dataclass(frozen=True, slots=True)
class Gap:
    """A category in a leaf area that does not lead to one department."""

    category: str
    area: str
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCase:
    """What routing needs of a case that was dispatched, and who led it then."""

    case_id: int
    category: str
    area: str
    day: date
    lead: str
    component: str = ""


@dataclass(frozen=True, slots=True)
class Rerouting:
    """A past case that changed rules would give to others."""

    case_id: int
    before: Route
    after: Route
    led: str


def coverage_gaps(
    rules: Sequence[Responsibility], categories: Iterable[str], leaf_areas: Sequence[str], *, day: date
) -> Iterator[Gap]:
    """Yield every category in every leaf area that does not lead to one department."""
    for category in categories:
        of_category = [rule for rule in rules if category.startswith(rule.category)]  # a few of hundreds
        for area in leaf_areas:
            route = find_route(of_category, category, area, day=day)
            if not route.is_clear:
                yield Gap(category, area, (route.lead, *route.rivals) if route.lead else ())


def dry_run(
    before: Sequence[Responsibility], after: Sequence[Responsibility], past: Iterable[PastCase]
) -> Iterator[Rerouting]:
    """Yield the past cases that changed rules would give to others than the rules in force would."""
    for case in past:
        old, new = (
            find_route(rules, case.category, case.area, day=case.day, component=case.component)
            for rules in (before, after)
        )
        if old != new:
            yield Rerouting(case.case_id, old, new, case.lead)
