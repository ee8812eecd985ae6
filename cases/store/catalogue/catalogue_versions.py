"""The catalogue in the database, by version: the last one is in force, and none ever changes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cases.catalogue.categories import (
    CaseCatalogue,
    CaseCategory,
    CategoryKind,
    Department,
    DepartmentKind,
    FilingStage,
    FilingStandard,
)
from cases.clock.limits import DayRule, Limit, LimitUnit
from cases.errors import CategoryUnknown
from cases.routing.responsibility import Responsibility, ResponsibleRole, Route, find_route
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import COMMAND_LINE, record

SQL = load_queries("cases")


def store_catalogue(
    tx: Transaction,
    catalogue: CaseCatalogue,
    *,
    actor: str,
    now: datetime,
    origin: str = COMMAND_LINE,
    change: Mapping[str, object] | None = None,
) -> int:
    """Store a catalogue as the next version, from now on in force; return its number.

    `change`: what the audit says of it beside version, edition and size (JSON).
    """
    version = int(tx.value(SQL["new_catalogue"], edition=catalogue.edition, actor=actor, now=now))
    for query, rows in _rows(catalogue).items():
        tx.execute(SQL[query], version=version, rows=json.dumps(rows, default=str))
    detail = {"version": version, "edition": catalogue.edition, "categories": len(catalogue.categories)}
    record(tx, actor, "case.catalogue", catalogue.edition, at=now, origin=origin, detail={**detail, **(change or {})})
    return version


def catalogue_in_force(tx: Transaction) -> int | None:
    """Return the version of the catalogue that counts now; None where there is none."""
    row = tx.row(SQL["catalogue_in_force"])
    return None if row is None else int(row["version"])


def version_in_force(tx: Transaction) -> Row | None:
    """Return the version that counts now: version, edition, imported_at, imported_by; None where there is none."""
    version = catalogue_in_force(tx)
    return None if version is None else tx.row(SQL["catalogue_version"], version=version)


def list_versions(tx: Transaction, *, most: int) -> list[Row]:
    """Return the last versions, the one in force first; also how many categories, departments and rules each has."""
    return tx.rows(SQL["catalogue_versions"], most=most)


def load_catalogue(tx: Transaction, of_version: int | None = None) -> CaseCatalogue | None:
    """Return the catalogue in force, or a version of it, with everything in it; None where there is none."""
    found = tx.row(SQL["catalogue_version"], version=of_version) if of_version else tx.row(SQL["catalogue_in_force"])
    if found is None:
        return None
    version = found["version"]
    standards = defaultdict(list)
    for row in tx.rows(SQL["standards"], version=version, category=None):
        standards[row["category"]].append(_standard(row))
    departments = {
        row["code"]: Department(row["code"], DepartmentKind(row["kind"]), row["name_zh"], row["name_en"])
        for row in tx.rows(SQL["departments"], version=version)
    }
    categories = {
        row["category"]: CaseCategory(
            CategoryKind(row["kind"]),
            row["code"],
            row["name_zh"],
            row["name_en"],
            row["department"],
            tuple(standards[row["category"]]),
        )
        for row in tx.rows(SQL["categories"], version=version)
    }
    rules = [_rule(row) for row in tx.rows(SQL["responsibilities"], version=version, category=None)]
    own = CaseCatalogue(found["edition"], departments, categories).responsibilities()
    return CaseCatalogue(found["edition"], departments, categories, tuple(rules[len(own) :]))


def standards_of(tx: Transaction, category: str) -> list[FilingStandard]:
    """Return the conditions under which a category is filed now. Raises CategoryUnknown."""
    version = catalogue_in_force(tx)
    rows = tx.rows(SQL["standards"], version=version, category=category)
    if not rows:
        raise CategoryUnknown
    return [_standard(row) for row in rows]


def route_of(tx: Transaction, category: str, area: str, *, day: date, component: str = "") -> Route:
    """Return to whom a case of a category goes by the rules in force."""
    rows = tx.rows(SQL["responsibilities"], version=catalogue_in_force(tx), category=category)
    return find_route(map(_rule, rows), category, area, day=day, component=component)


def department_codes(tx: Transaction) -> frozenset[str]:
    """Return the departments of the catalogue in force."""
    return frozenset(row["code"] for row in tx.rows(SQL["departments"], version=catalogue_in_force(tx)))


def _rows(catalogue: CaseCatalogue) -> dict[str, list[dict[str, Any]]]:
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


def _standard(row: Row) -> FilingStandard:
    stages = tuple(
        FilingStage(zh, en, Limit(Decimal(value), LimitUnit(unit), DayRule(rule)))
        for zh, en, value, unit, rule in row["stages"]
    )
    return FilingStandard(row["standard"], row["condition_zh"], row["condition_en"], row["severity"], stages)


def _rule(row: Row) -> Responsibility:
    return Responsibility(**{**row, "role": ResponsibleRole(row["role"])})
