"""Who is responsible (权责): rules by category, area and component, of which the most specific wins. Pure.

No rule is ever switched off silently: what resolves to nobody, or to two with the same right, is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cases.errors import RoutingError


class ResponsibleRole(StrEnum):
    """What a department is for a category; a component knows three owners, and they may differ."""

    LEAD = "lead"  # 处置单位
    HELP = "help"  # 协办
    OWNER = "owner"  # 权属单位
    MAINTAIN = "maintain"  # 养护单位
    CHARGE = "charge"  # 主管部门


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One rule. `category` is a whole code or its beginning ("02": all of a major class, "": all).

    `area` is the beginning of an area's code; `component` one component alone. The higher priority outweighs the more
    specific rule. Valid from and until (not included); None is always.
    """

    category: str
    area: str
    department: str
    role: ResponsibleRole = ResponsibleRole.LEAD
    component: str = ""
    priority: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""

    def fits(self, category: str, area: str, component: str, day: date) -> bool:
        """Whether it says something of a case of this category at this place on a day."""
        valid = (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )
        at_place = area.startswith(self.area) and self.component in ("", component)
        return valid and at_place and category.startswith(self.category)

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """What outweighs what: priority, then a component, then the longer category, then the smaller area."""
        return self.priority, bool(self.component), len(self.category), len(self.area)


@dataclass(frozen=True, slots=True)
class Route:
    """To whom a case goes. `lead` is "" where nobody is responsible; `rivals` are others with the same right."""

    lead: str
    helpers: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether one department leads, and no other could as well."""
        return bool(self.lead) and not self.rivals


def find_route(rules: Iterable[Responsibility], category: str, area: str, *, day: date, component: str = "") -> Route:
    """Return who leads and who helps. Of those with the same right the first by name is proposed, the rest named."""
    fitting = [rule for rule in rules if rule.fits(category, area, component, day)]
    leads = _strongest(rule for rule in fitting if rule.role is ResponsibleRole.LEAD)
    if not leads:
        return Route("")
    helpers = _strongest(rule for rule in fitting if rule.role is ResponsibleRole.HELP)
    return Route(leads[0], tuple(name for name in helpers if name != leads[0]), leads[1:])


def check_rules(rules: Iterable[Responsibility], departments: Mapping[str, object]) -> None:
    """Raise RoutingError naming the first rule that leads to no department, or is valid on no day."""
    for rule in rules:
        what = f"{rule.category or '*'} in {rule.area or '*'}"
        if rule.department not in departments:
            raise RoutingError(f"{what}: there is no department {rule.department!r}. {RoutingError.__doc__}")
        if rule.valid_from is not None and rule.valid_until is not None and rule.valid_from >= rule.valid_until:
            raise RoutingError(f"{what}: it ends before it begins. {RoutingError.__doc__}")


def _strongest(rules: Iterable[Responsibility]) -> tuple[str, ...]:
    """Return the departments of the rules that no other outweighs, by name."""
    listed = list(rules)
    best = max((rule.rank for rule in listed), default=None)
    return tuple(sorted({rule.department for rule in listed if rule.rank == best}))
