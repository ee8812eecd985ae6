"""The catalogue in the database, by version: the last one is in force, and none ever changes."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

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
from cases.store.catalogue.catalogue_rows import rows_of_catalogue
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
    for query, rows in rows_of_catalogue(catalogue).items():
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


def _standard(row: Row) -> FilingStandard:
    stages = tuple(
        FilingStage(zh, en, Limit(Decimal(value), LimitUnit(unit), DayRule(rule)))
        for zh, en, value, unit, rule in row["stages"]
    )
    return FilingStandard(row["standard"], row["condition_zh"], row["condition_en"], row["severity"], stages)


def _rule(row: Row) -> Responsibility:
    return Responsibility(**{**row, "role": ResponsibleRole(row["role"])})
