"""What walls say of cases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cases.catalogue.categories import Department, DepartmentKind
from cases.store.present import CaseNow
from dashboard.city.case_numbers import MOST_POINTS, draw_cases
from dashboard.live.case_board import CityCases
from dashboard.live.case_drawing import CaseDrawing

DAY = datetime(2026, 6, 8, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
DEPARTMENTS = {"roads": Department("roads", DepartmentKind.BUREAU, "道路", "Roads")}


def case(number: int, **said: Any) -> CaseNow:
    usual: dict[str, Any] = {
        "area_code": "990101001", "lead_department": "roads", "severity": 3, "longitude": 119.0, "latitude": 30.0,
        "due_at": NOON, "handled_at": None, "ended_at": None, "is_overdue": False, "filed_at": None,
    }  # fmt: skip
    return CaseNow(number, **{**usual, **said})


def test_the_numbers_of_today() -> None:
    cases = [
        case(1, filed_at=DAY),
        case(2, is_overdue=True, longitude=None),
        case(3, is_overdue=True, lead_department="nobody"),
        case(4, is_overdue=True),
        case(5, handled_at=NOON),  # just in time
        case(6, handled_at=NOON + timedelta(seconds=1), ended_at=NOON),
        case(7, handled_at=NOON, due_at=None, ended_at=NOON),
        case(8, handled_at=DAY - timedelta(days=2), ended_at=NOON),  # handled before today
    ]

    drawn = draw_cases(cases, DEPARTMENTS, since=DAY)

    assert {name: drawn[name] for name in ("filed", "closed", "open", "overdue", "on_time")} == {
        "filed": 1, "closed": 3, "open": 5, "overdue": 3, "on_time": 66,
    }  # fmt: skip
    assert drawn["departments"] == [
        {"zh": "道路", "en": "Roads", "overdue": 2},
        {"zh": "nobody", "en": "nobody", "overdue": 1},
    ]
    assert list(drawn["points"].items())[:2] == [("4", [119.0, 30.0, 1]), ("3", [119.0, 30.0, 1])]
    assert len(drawn["points"]) == 4


def test_a_city_without_cases_says_nothing_and_one_with_many_draws_the_worst() -> None:
    assert draw_cases([], DEPARTMENTS, since=DAY) == {}
    many = [case(number, is_overdue=number % 1000 == 0) for number in range(5000)]
    points = draw_cases(many, DEPARTMENTS, since=DAY)["points"]
    assert "on_time" not in draw_cases(many, DEPARTMENTS, since=DAY)
    assert len(points) == MOST_POINTS
    assert sum(late for _, _, late in points.values()) == 5


def test_a_view_is_drawn_of_its_area_when_something_changed_and_once_a_second_at_most() -> None:
    drawing = CaseDrawing()
    found = CityCases(1, DAY, {1: case(1), 2: case(2, area_code="990102001")})
    more = CityCases(2, DAY, {**found.cases, 3: case(3)})

    assert drawing.of("990101", found, 0.0)["open"] == 1
    assert drawing.of("", found, 0.0)["open"] == 2
    assert drawing.of("", more, 0.5)["open"] == 2
    assert drawing.of("", more, 1.5)["open"] == 3
    drawing.forget("")
    assert drawing.of("", found, 1.6)["open"] == 2
