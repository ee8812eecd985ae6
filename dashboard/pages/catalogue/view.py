"""The catalogue as lines of tables. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cases.catalogue.categories import CaseCategory, FilingStandard
from cases.routing.responsibility import Gap, Responsibility, Route, find_route
from cityops.names import finds, search_key
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import address_of

MOST_AREAS = 12  # named behind one category


@dataclass(frozen=True, slots=True)
class StageLine:
    """What must be done, within which limit; `short` as files have it."""

    closing: str
    limit: str
    short: str


@dataclass(frozen=True, slots=True)
class StandardLine:
    """A condition under which a category is filed."""

    key: str
    condition: str
    severity: int
    stages: tuple[StageLine, ...]


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category with its conditions, and who leads where no rule says otherwise."""

    key: str
    code: str
    kind: str
    name: str
    department: str
    lead: str
    standards: tuple[StandardLine, ...]
    rules: int  # that say something of it
    address: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule of responsibility; `number` is its place among the rules of this version."""

    number: int
    category: str
    area: str
    component: str
    role: str
    department: str
    priority: int
    validity: str
    source: str
    address: str


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


def category_line(category: CaseCategory, words: CaseWords) -> CategoryLine:
    """Return one category."""
    rules = sum(category.key.startswith(rule.category) for rule in words.catalogue.rules)
    return CategoryLine(
        category.key,
        category.code,
        category.kind.value,
        words.category(category.key),
        category.department,
        words.department(category.department),
        tuple(standard_line(one, words) for one in category.standards),
        rules,
        address_of("category", key=category.key),
    )


def standard_line(standard: FilingStandard, words: CaseWords) -> StandardLine:
    """Return one condition with its stages."""
    is_english = words.language == "en"
    stages = tuple(
        StageLine(stage.closing_en if is_english else stage.closing_zh, words.limit(stage.limit), stage.limit.short)
        for stage in standard.stages
    )
    condition = standard.condition_en if is_english else standard.condition_zh
    return StandardLine(standard.standard, condition, standard.severity, stages)


def find_categories(words: CaseWords, asked: str, kind: str, department: str) -> list[CaseCategory]:
    """Return the categories of a kind and of a department in which every word of a search is found."""
    return [
        one
        for one in words.catalogue.categories.values()
        if kind in ("", one.kind) and department in ("", one.department) and finds(asked, _category_text(one))
    ]


def rule_line(number: int, rule: Responsibility, words: CaseWords) -> RuleLine:
    """Return one rule in words."""
    return RuleLine(
        number,
        beginning_words(rule.category, words),
        area_words(rule.area, words),
        rule.component,
        words.say(f"catalogue.role_{rule.role}"),
        words.department(rule.department),
        rule.priority,
        validity_words(rule, words),
        rule.source,
        address_of("rule", number=number),
    )


def find_rules(words: CaseWords, asked: str, department: str) -> list[RuleLine]:
    """Return the rules of a department in which every word of a search is found."""
    lines = [
        rule_line(number, rule, words)
        for number, rule in enumerate(words.catalogue.rules)
        if department in ("", rule.department)
    ]
    return [line for line in lines if finds(asked, _rule_text(line, words.catalogue.rules[line.number]))]


def beginning_words(beginning: str, words: CaseWords) -> str:
    """Return what the beginning of a category's key stands for."""
    if not beginning:
        return words.say("catalogue.all_categories")
    if beginning in words.catalogue.categories:
        return f"{beginning} {words.category(beginning)}"
    return words.say("catalogue.beginning", beginning=beginning)


def area_words(beginning: str, words: CaseWords) -> str:
    """Return what the beginning of an area's code stands for."""
    if not beginning:
        return words.say("catalogue.whole_city")
    return f"{beginning} {words.area(beginning)}" if beginning in words.areas else beginning


def validity_words(rule: Responsibility, words: CaseWords) -> str:
    """Return when a rule is valid."""
    if rule.valid_from is None and rule.valid_until is None:
        return words.say("catalogue.always")
    return words.say("catalogue.valid", begin=rule.valid_from or "…", end=rule.valid_until or "…")


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


def department_choices(words: CaseWords) -> list[tuple[str, str]]:
    """Return every department, by its code and name, in the order of the catalogue."""
    return [(code, words.department(code)) for code in words.catalogue.departments]


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


def _category_text(one: CaseCategory) -> str:
    conditions = (text for standard in one.standards for text in (standard.condition_zh, standard.condition_en))
    return search_key(one.key, one.name_zh, one.name_en, *conditions)


def _rule_text(line: RuleLine, rule: Responsibility) -> str:
    return search_key(line.category, line.area, line.department, line.component, line.source, rule.department)
