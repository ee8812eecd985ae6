"""What walls say of cases: how many of today, on time, overdue by department, and where the open ones are. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from heapq import nsmallest
from typing import Any

from cases.catalogue.categories import Department
from cases.store.present import CaseNow

MOST_POINTS = 1000  # on the map: the overdue ones first, then the gravest
MOST_DEPARTMENTS = 6


def draw_cases(cases: Collection[CaseNow], departments: Mapping[str, Department], *, since: datetime) -> dict[str, Any]:
    """Return filed, closed (since a moment), open, overdue, and `departments` and `points`; {} where there is no case.

    `on_time`, in percent, cut, is of what was handled since then; absent where nothing was. `departments`: those with
    most overdue cases, with zh, en, overdue. `points`: by id longitude, latitude and 1 for an overdue case, else 0.
    """
    if not cases:
        return {}
    still_open = [case for case in cases if case.ended_at is None]
    handled = [case for case in cases if case.handled_at is not None and case.handled_at >= since]
    in_time = sum(case.due_at is None or (case.handled_at or since) <= case.due_at for case in handled)
    late = Counter(case.lead_department for case in still_open if case.is_overdue)
    return {
        "filed": sum(case.filed_at is not None for case in cases),
        "closed": len(cases) - len(still_open),
        "open": len(still_open),
        "overdue": late.total(),
        "departments": [
            {**_names(code, departments), "overdue": count}
            for code, count in sorted(late.items(), key=lambda one: (-one[1], one[0]))[:MOST_DEPARTMENTS]
        ],
        "points": _points(still_open),
    } | ({"on_time": 100 * in_time // len(handled)} if handled else {})


def _names(code: str, departments: Mapping[str, Department]) -> dict[str, str]:
    found = departments.get(code)
    return {"zh": code, "en": code} if found is None else {"zh": found.name_zh, "en": found.name_en}


def _points(cases: Collection[CaseNow]) -> dict[str, list[float]]:
    placed = [case for case in cases if case.longitude is not None and case.latitude is not None]
    first = nsmallest(MOST_POINTS, placed, key=lambda case: (not case.is_overdue, case.severity, -case.case_id))
    return {
        str(case.case_id): [round(case.longitude or 0, 5), round(case.latitude or 0, 5), int(case.is_overdue)]
        for case in first
    }
