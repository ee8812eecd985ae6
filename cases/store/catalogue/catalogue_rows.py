"""A catalogue as the rows of its tables. Pure."""

from collections.abc import Iterable
from typing import Any

from cases.catalogue.categories import (
    CaseCatalogue,
)
from cases.routing.responsibility import Responsibility


def rows_of_catalogue(catalogue: CaseCatalogue) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table, with the query that stores them; those first that others point at."""
    categories = catalogue.categories.values()
    standards = [(category.key, standard) for category in categories for standard in category.standards]
    return {
        "store_departments": _placed(
            {"code": one.code, "kind": one.kind, "name_zh": one.name_zh, "name_en": one.name_en}
            for one in catalogue.departments.values()
        ),
        "store_categories": _placed(
            {
                "category": one.key,
                "kind": one.kind,
                "code": one.code,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "department": one.department,
            }
            for one in categories
        ),
        "store_standards": _placed(
            {
                "standard": one.standard,
                "category": key,
                "condition_zh": one.condition_zh,
                "condition_en": one.condition_en,
                "severity": one.severity,
            }
            for key, one in standards
        ),
        "store_stages": [
            {
                "standard": standard.standard,
                "place": place,
                "closing_zh": stage.closing_zh,
                "closing_en": stage.closing_en,
                "limit_value": stage.limit.value,
                "limit_unit": stage.limit.unit,
                "day_rule": stage.limit.day_rule,
            }
            for _, standard in standards
            for place, stage in enumerate(standard.stages)
        ],
        "store_responsibilities": _placed(
            {name: getattr(rule, name) for name in Responsibility.__slots__} for rule in catalogue.responsibilities()
        ),
    }


def _placed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"place": place, **row} for place, row in enumerate(rows)]
