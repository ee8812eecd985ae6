"""The cases of each view as its screens get them: drawn when they changed, and not oftener than once a second."""

from dataclasses import dataclass
from typing import Any

from dashboard.city.case_numbers import draw_cases
from dashboard.live.case_board import CityCases

REST = 1.0  # seconds from one drawing of a view to the next, at least: 50,000 open cases take 30 ms


@dataclass(frozen=True, slots=True)
class _Drawn:
    number: int
    at: float  # monotonic
    picture: dict[str, Any]


class CaseDrawing:
    """The drawings of the views that are watched."""

    def __init__(self) -> None:
        self._drawn: dict[str, _Drawn] = {}

    def of(self, area: str, found: CityCases, monotonic: float) -> dict[str, Any]:
        """Return the cases of an area, "" for all of the city."""
        drawn = self._drawn.get(area)
        if drawn is None or (drawn.number != found.number and monotonic - drawn.at >= REST):
            cases = [case for case in found.cases.values() if case.area_code.startswith(area)]
            picture = draw_cases(cases, found.departments, since=found.since)
            drawn = self._drawn[area] = _Drawn(found.number, monotonic, picture)
        return drawn.picture

    def forget(self, area: str) -> None:
        """Drop those of a view that nobody watches."""
        self._drawn.pop(area, None)
