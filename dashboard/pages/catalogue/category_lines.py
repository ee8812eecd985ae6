"""The categories of the catalogue as lines of a table, each with its conditions and limits. Pure."""

from dataclasses import dataclass

from cases.catalogue.categories import CaseCategory, FilingStandard
from cityops.names import finds, search_key
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import address_of


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


def department_choices(words: CaseWords) -> list[tuple[str, str]]:
    """Return every department, by its code and name, in the order of the catalogue."""
    return [(code, words.department(code)) for code in words.catalogue.departments]


def _category_text(one: CaseCategory) -> str:
    conditions = (text for standard in one.standards for text in (standard.condition_zh, standard.condition_en))
    return search_key(one.key, one.name_zh, one.name_en, *conditions)
