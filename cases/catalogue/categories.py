"""Categories of 部件 (components) and 事件 (events), read from tables of one row a condition and stage. Pure.

The key of a category is edition, kind and code: editions swap codes, and both kinds begin at 01-01. Nobody computes
with a code.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from itertools import groupby

from cases.clock.limits import DayRule, Limit, LimitUnit
from cases.errors import CatalogueWrong, LimitUnusable
from cases.routing.responsibility import Responsibility

DEMO_EDITION = "demo-1"
_LIMIT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([uhdn])")
_UNITS = {
    "u": LimitUnit.URGENT_HOUR,
    "h": LimitUnit.WORK_HOUR,
    "d": LimitUnit.WORK_DAY,
    "n": LimitUnit.NATURAL_DAY,
}


class CategoryKind(StrEnum):
    """What a category is about."""

    COMPONENT = "component"  # 部件: something that stands in the city and has an owner
    EVENT = "event"  # 事件: something that happens


class DepartmentKind(StrEnum):
    """The level of a department in the loop."""

    SUPERVISE = "supervise"
    COMMAND = "command"
    BUREAU = "bureau"
    DISTRICT = "district"
    STREET = "street"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Department:
    """Somebody who can be given a case."""

    code: str
    kind: DepartmentKind
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FilingStage:
    """What must be done, and within which limit from the dispatch on."""

    closing_zh: str
    closing_en: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class FilingStandard:
    """A condition under which a category is filed, and the stages of its closing, the last one last."""

    standard: str  # the category's key and the number of the condition
    condition_zh: str
    condition_en: str
    severity: int
    stages: tuple[FilingStage, ...]


@dataclass(frozen=True, slots=True)
class CaseCategory:
    """A 小类 with what it can be filed for."""

    kind: CategoryKind
    code: str
    name_zh: str
    name_en: str
    department: str  # who leads in the whole city, unless a more specific rule says otherwise
    standards: tuple[FilingStandard, ...]

    @property
    def key(self) -> str:
        """What a case and a rule of responsibility call it, such as "event/05-06"."""
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True)
class CaseCatalogue:
    """All of an edition."""

    edition: str
    departments: Mapping[str, Department]
    categories: Mapping[str, CaseCategory]

    def responsibilities(self) -> list[Responsibility]:
        """Return the rules that give each category to its department in the whole city."""
        return [
            Responsibility(category.key, "", category.department, source=self.edition)
            for category in self.categories.values()
        ]


def demo_catalogue() -> CaseCatalogue:
    """Return the catalogue of the simulated city. Its limits are that city's; a real one has its own."""
    folder = files("cases").joinpath("data", "catalogue")
    texts = {
        name: folder.joinpath(f"{name}.csv").read_text("utf-8") for name in ("departments", "components", "events")
    }
    departments = read_departments(texts["departments"])
    components = read_categories(texts["components"], CategoryKind.COMPONENT, departments)
    events = read_categories(texts["events"], CategoryKind.EVENT, departments)
    return CaseCatalogue(DEMO_EDITION, departments, components | events)


def read_departments(text: str) -> dict[str, Department]:
    """Return departments by code from CSV: code, kind, name_zh, name_en. Raises CatalogueWrong naming the row."""
    found: dict[str, Department] = {}
    for row, cells in _rows(text):
        try:
            department = Department(cells["code"], DepartmentKind(cells["kind"]), cells["name_zh"], cells["name_en"])
        except (KeyError, ValueError) as error:
            raise CatalogueWrong(f"row {row}: {error}") from error
        if department.code in found:
            raise CatalogueWrong(f"row {row}: the department {department.code!r} stands twice")
        found[department.code] = department
    return found


def read_categories(text: str, kind: CategoryKind, departments: Mapping[str, Department]) -> dict[str, CaseCategory]:
    """Return categories by key from CSV, one row a condition and stage. Raises CatalogueWrong naming the row.

    Columns: code, name_zh, name_en, department, condition_zh, condition_en, closing_zh, closing_en, limit ("2u" urgent
    hours, "4h" working hours, "1d" working days, "2n" natural days), severity (1 to 4). Rows of one condition that
    follow one another are its stages.
    """
    found: dict[str, CaseCategory] = {}
    for code, rows in groupby(_rows(text), key=lambda row: row[1].get("code", "")):
        listed = list(rows)
        first, cells = listed[0]
        key = f"{kind}/{code}"
        if key in found:
            raise CatalogueWrong(f"row {first}: {code!r} stood above already; put its rows together")
        if cells["department"] not in departments:
            raise CatalogueWrong(f"row {first}: there is no department {cells['department']!r}")
        standards = tuple(_standards(key, listed))
        found[key] = CaseCategory(kind, code, cells["name_zh"], cells["name_en"], cells["department"], standards)
    return found


def read_limit(text: str) -> Limit:
    """Return a limit from its short form. Raises LimitUnusable."""
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise LimitUnusable(f"{text!r} is no limit such as 2u, 4h, 1d or 2n")
    return Limit(Decimal(match[1]), _UNITS[match[2]], DayRule.HOURS)


def _standards(key: str, rows: list[tuple[int, dict[str, str]]]) -> Iterator[FilingStandard]:
    grouped = groupby(rows, key=lambda row: row[1]["condition_zh"])
    for number, (condition, stages) in enumerate(grouped, 1):
        listed = list(stages)
        row, cells = listed[0]
        try:
            made = tuple(FilingStage(c["closing_zh"], c["closing_en"], read_limit(c["limit"])) for _, c in listed)
            severity = int(cells["severity"])
        except (LimitUnusable, ValueError) as error:
            raise CatalogueWrong(f"row {row}: {error}") from error
        if not 1 <= severity <= 4:
            raise CatalogueWrong(f"row {row}: a severity of {severity} is not 1 to 4")
        yield FilingStandard(f"{key}.{number}", condition, cells["condition_en"], severity, made)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the cells of each row below the header."""
    for number, cells in enumerate(csv.DictReader(io.StringIO(text), strict=True), 2):
        if None in cells or None in cells.values():
            raise CatalogueWrong(f"row {number}: it has not as many cells as the header")
        yield number, cells
