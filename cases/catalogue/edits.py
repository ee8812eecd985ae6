"""Changing one thing of a catalogue: the limits of a condition, who leads a category. Pure.

An edit gives another catalogue; the one in force never changes. Its cells are read by the same readers as a file's.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from cases.catalogue.catalogue_cells import read_department_cell, read_limit_cell, read_severity
from cases.catalogue.categories import CaseCatalogue, CaseCategory, FilingStandard, category_of
from cases.errors import CategoryUnknown
from cityops.imports.files.tables import Table, read_cells, read_column
from cityops.imports.findings import Findings

Edit = Callable[[CaseCatalogue], CaseCatalogue]
"""What a change makes of the catalogue in force. Raises ImportRefused, RoutingError or CategoryUnknown."""


def with_limits(catalogue: CaseCatalogue, standard: str, limits: Sequence[str], severity: str) -> CaseCatalogue:
    """Return the catalogue with other limits ("2u", "4h", "1d", "2n"), one for each stage of a condition, and severity.

    Raises CategoryUnknown, and ImportRefused naming each limit that is none; its row is the stage.
    """
    category = _category(catalogue, category_of(standard))
    known = next((one for one in category.standards if one.standard == standard), None)
    if known is None or len(limits) != len(known.stages):
        raise CategoryUnknown
    findings = Findings("condition")
    found = read_cells(
        Table({"limit": limits}), "limit", read_limit_cell, findings, codes=(), blank=known.stages[0].limit
    )
    (level,) = read_cells(Table({"severity": [severity]}), "severity", read_severity, findings, codes=(), blank=4)
    findings.refuse_errors()
    stages = tuple(replace(stage, limit=limit) for stage, limit in zip(known.stages, found, strict=True))
    return _with_standard(catalogue, category, replace(known, severity=level, stages=stages))


def with_lead(catalogue: CaseCatalogue, key: str, department: str) -> CaseCatalogue:
    """Return the catalogue with another department that leads a category where no rule says otherwise.

    Raises CategoryUnknown, ImportRefused.
    """
    category, findings = _category(catalogue, key), Findings("category")
    given = Table({"department": [department]})
    read_column(given, "department", lambda value: read_department_cell(value, catalogue.departments), findings)
    findings.refuse_errors()
    return _with_category(catalogue, replace(category, department=department))


def _category(catalogue: CaseCatalogue, key: str) -> CaseCategory:
    if key not in catalogue.categories:
        raise CategoryUnknown
    return catalogue.categories[key]


def _with_standard(catalogue: CaseCatalogue, category: CaseCategory, standard: FilingStandard) -> CaseCatalogue:
    standards = tuple(standard if one.standard == standard.standard else one for one in category.standards)
    return _with_category(catalogue, replace(category, standards=standards))


def _with_category(catalogue: CaseCatalogue, category: CaseCategory) -> CaseCatalogue:
    return replace(catalogue, categories={**catalogue.categories, category.key: category})
