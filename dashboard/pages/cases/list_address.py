"""What the address of the list of cases asks for. Pure."""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

from cases.store.case_list import Box, CaseFilter

Shown = Literal["mine", "open", "closed"]
View = Literal["list", "board", "map"]
BOX = r"^(-?[0-9]{1,3}(\.[0-9]{1,7})?(,|$)){4}$"  # west,south,east,north


@dataclass(frozen=True, slots=True)
class ListAddress:
    """What the address of the list asks for. `box`: where the cases lie, "west,south,east,north" in degrees."""

    which: Shown = "open"
    view: View = "list"
    state: str = ""
    category: str = ""
    department: str = ""
    area: str = ""
    severity: int = 0
    overdue: bool = False
    q: str = ""
    box: str = ""

    @property
    def wanted(self) -> CaseFilter:
        """The filter of the list; a map has a part that it shows, which is no filter."""
        return CaseFilter(
            self.state,
            self.category,
            self.department,
            self.area,
            self.severity,
            self.overdue,
            self.q.strip(),
            None if self.view == "map" else self.place,
        )

    @property
    def place(self) -> Box | None:
        """The part of the city that is asked for; None for one that is no part."""
        edges = tuple(map(float, self.box.split(","))) if self.box else ()
        if len(edges) != 4 or not (-180 <= edges[0] < edges[2] <= 180 and -85 <= edges[1] < edges[3] <= 85):
            return None
        return (edges[0], edges[1], edges[2], edges[3])

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != CaseFilter()

    def to(self, **changes: object) -> str:
        """Return the address with something changed; what is as usual does not stand in it."""
        changed, usual = replace(self, **changes), ListAddress()  # type: ignore[arg-type]
        names = ("which", "view", "state", "category", "department", "area", "severity", "overdue", "q", "box")
        told = {name: getattr(changed, name) for name in names if getattr(changed, name) != getattr(usual, name)}
        return "/cases" + (f"?{urlencode(told)}" if told else "")
