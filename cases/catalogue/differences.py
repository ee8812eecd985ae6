"""What is different between two catalogues, thing by thing. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from cases.catalogue.categories import CaseCatalogue, CaseCategory, Department
from cases.clock.limits import Limit
from cases.routing.responsibility import Responsibility

Thing = Department | CaseCategory | Responsibility


class Change(StrEnum):
    """What became of a thing."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; None where it is not there."""

    name: str
    before: Thing | None
    after: Thing | None

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.before is None:
            return Change.NEW
        return Change.GONE if self.after is None else Change.CHANGED


def things_in(catalogue: CaseCatalogue) -> dict[str, Thing]:
    """Return everything in a catalogue by the name that people give it."""
    things: dict[str, Thing] = {f"department {code}": one for code, one in catalogue.departments.items()}
    things |= {f"{key} {one.name_zh}": one for key, one in catalogue.categories.items()}
    for rule in catalogue.rules:
        name = f"rule {rule.category or '*'} in {rule.area or '*'}: {rule.role} {rule.department}"
        things[_unused(name, things)] = rule
    return things


def differences(before: CaseCatalogue, after: CaseCatalogue) -> Iterator[Difference]:
    """Yield what is new, changed or gone; what is gone last."""
    old, new = things_in(before), things_in(after)
    for name, thing in new.items():
        if old.get(name) != thing:
            yield Difference(name, old.get(name), thing)
    for name in sorted(old.keys() - new.keys()):
        yield Difference(name, old[name], None)


def changed_limits(before: CaseCatalogue, after: CaseCatalogue) -> dict[str, tuple[Limit, Limit]]:
    """Return the conditions whose handling is due otherwise, with the limit of the last stage before and after."""
    old, new = (
        {one.standard: one.stages[-1].limit for category in catalogue.categories.values() for one in category.standards}
        for catalogue in (before, after)
    )
    return {key: (old[key], limit) for key, limit in new.items() if key in old and old[key] != limit}


def _unused(name: str, things: Mapping[str, Thing]) -> str:
    """Return a name that stands for nothing yet: rules for single components are called alike."""
    names = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(one for one in names if one not in things)
