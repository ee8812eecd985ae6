"""To whom categories go, and which of them lead to no one department, as lines of a table. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cases.routing.responsibility import Responsibility, Route, find_route
from cases.routing.rule_trials import Gap
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import address_of

MOST_AREAS = 12  # named behind one category


@dataclass(frozen=True, slots=True)
class RouteLine:
    """To whom a category goes in so many areas; `lead` is "" where nobody is responsible."""

    lead: str
    helpers: str
    rivals: str
    areas: int


@dataclass(frozen=True, slots=True)
class GapLine:
    """A category that leads to no one department, in which areas, and between whom."""

    category: str
    rivals: str
    areas: str
    count: int
    address: str


def route_lines(
    rules: Sequence[Responsibility], category: str, areas: Iterable[str], words: CaseWords, *, day: date
) -> list[RouteLine]:
    """Return to whom a category goes, those with most areas first."""
    fitting = [rule for rule in rules if category.startswith(rule.category)]
    found = Counter(find_route(fitting, category, area, day=day) for area in areas)
    return [_route_line(route, count, words) for route, count in found.most_common()]


def gap_lines(gaps: Iterable[Gap], words: CaseWords) -> list[GapLine]:
    """Return what leads to no one department, a line for each category and those who could lead it."""
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for gap in gaps:
        grouped.setdefault((gap.category, gap.rivals), []).append(gap.area)
    return [_gap_line(key, rivals, areas, words) for (key, rivals), areas in grouped.items()]


def _route_line(route: Route, areas: int, words: CaseWords) -> RouteLine:
    helpers, rivals = (_departments(codes, words) for codes in (route.helpers, route.rivals))
    return RouteLine(words.department(route.lead) if route.lead else "", helpers, rivals, areas)


def _gap_line(key: str, rivals: Sequence[str], areas: Sequence[str], words: CaseWords) -> GapLine:
    named = [words.area(area) for area in areas[:MOST_AREAS]] + (["…"] if len(areas) > MOST_AREAS else [])
    area = areas[0] if len(areas) == 1 else ""
    return GapLine(
        f"{key} {words.category(key)}",
        _departments(rivals, words),
        words.say("catalogue.comma").join(named),
        len(areas),
        address_of("rule", category=key, area=area),
    )


def _departments(codes: Iterable[str], words: CaseWords) -> str:
    return words.say("catalogue.comma").join(map(words.department, codes))
