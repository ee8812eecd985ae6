"""Categories of 部件 (components) and 事件 (events): what can be filed, within which limit, and who leads. Pure.

The key of a category is edition, kind and code: editions swap codes, and both kinds begin at 01-01. Nobody computes
with a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases.clock.limits import Limit
from cases.routing.responsibility import Responsibility

UNLESS_RULED = -1  # the priority of a category's own department: any rule outweighs it


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


def category_of(standard: str) -> str:
    """Return the key of the category whose condition has this key."""
    return standard.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class CaseCatalogue:
    """All of an edition. `rules` say who is responsible where it is not the category's own department."""

    edition: str
    departments: Mapping[str, Department]
    categories: Mapping[str, CaseCategory]
    rules: tuple[Responsibility, ...] = ()

    def responsibilities(self) -> list[Responsibility]:
        """Return all rules, among them those that give each category to its own department in the whole city."""
        own = [
            Responsibility(category.key, "", category.department, priority=UNLESS_RULED, source=self.edition)
            for category in self.categories.values()
        ]
        return [*own, *self.rules]
