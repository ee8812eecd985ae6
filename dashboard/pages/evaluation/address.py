"""The address of the evaluation: which month, by which formula, and which number is looked behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

PATH = "/evaluation"


@dataclass(frozen=True, slots=True)
class EvaluationAddress:
    """`unit`: whose numbers are shown in full; `behind`: the counts of that unit whose cases are listed.

    `group`: the level of departments that is ranked by itself, "" for all of them together.
    """

    month: str
    formula: str
    unit: str = ""
    behind: tuple[str, ...] = ()
    group: str = ""

    def to(self, path: str = PATH, **changes: object) -> str:
        """Return the address with something changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        told = {"month": changed.month, "formula": changed.formula, "group": changed.group, "unit": changed.unit}
        told["behind"] = ",".join(changed.behind)
        return f"{path}?{urlencode({name: value for name, value in told.items() if value})}"

    def of_unit(self, unit: str, counts: Sequence[str] = ()) -> str:
        """Return the address of a unit's numbers, or of the cases behind some of them."""
        place = "cases" if counts else "unit"
        return f"{self.to(unit=unit, behind=tuple(counts))}#{place}"
