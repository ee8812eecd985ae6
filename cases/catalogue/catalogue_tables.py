"""From tables to a catalogue: departments, categories, and who is responsible. Every mistake is told, with its row."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from cases.catalogue.catalogue_cells import (
    read_area,
    read_beginning,
    read_category_code,
    read_code,
    read_day,
    read_department_cell,
    read_limit_cell,
    read_note,
    read_priority,
    read_severity,
    read_word,
    read_words,
)
from cases.catalogue.categories import (
    CaseCategory,
    CategoryKind,
    Department,
    DepartmentKind,
    FilingStage,
    FilingStandard,
)
from cases.clock.limits import Limit, LimitUnit
from cases.routing.responsibility import Responsibility, ResponsibleRole
from cityops.imports.files.tables import (
    Table,
    read_cells,
    read_column,
    refuse_duplicates,
    require_rows_and_columns,
)
from cityops.imports.findings import Findings, Weight

DEPARTMENT_COLUMNS = ("code", "kind", "name_zh", "name_en")
CATEGORY_COLUMNS = (
    *("code", "name_zh", "name_en", "department", "condition_zh", "condition_en", "closing_zh", "closing_en"),
    *("limit", "severity"),
)
RULE_COLUMNS = (
    "category",
    "area",
    "component",
    "role",
    "department",
    "priority",
    "valid_from",
    "valid_until",
    "source",
)

_NO_LIMIT = Limit(Decimal(1), LimitUnit.URGENT_HOUR)  # in the place of one that is told as a mistake


def read_departments(table: Table, findings: Findings) -> dict[str, Department]:
    """Return departments by code: code, kind, name_zh, name_en."""
    require_rows_and_columns(table, DEPARTMENT_COLUMNS, findings, fixed=True)
    codes = read_column(table, "code", read_code, findings)
    refuse_duplicates(codes, "code", "Remove all rows but one", findings)
    kinds = read_cells(
        table,
        "kind",
        lambda value: read_word(value, DepartmentKind),
        findings,
        codes=codes,
        blank=DepartmentKind.BUREAU,
    )
    names = [read_column(table, column, read_words, findings, codes=codes) for column in ("name_zh", "name_en")]
    return {code: Department(code, *rest) for code, *rest in zip(codes, kinds, *names, strict=True)}


def read_categories(
    table: Table, kind: CategoryKind, departments: Mapping[str, Department], findings: Findings
) -> dict[str, CaseCategory]:
    """Return categories by key from one row a condition and stage.

    Columns: code, name_zh, name_en, department, condition_zh, condition_en, closing_zh, closing_en, limit ("2u" urgent
    hours, "4h" working hours, "1d" working days, "2n" natural days), severity (1 to 4). Rows of one condition that
    follow one another are its stages; the first row of a category or condition says what is said once.
    """
    require_rows_and_columns(table, CATEGORY_COLUMNS, findings, fixed=True)
    codes = read_column(table, "code", read_category_code, findings)
    owners = read_column(
        table, "department", lambda value: read_department_cell(value, departments), findings, codes=codes
    )
    limits = read_cells(table, "limit", read_limit_cell, findings, codes=codes, blank=_NO_LIMIT)
    severities = read_cells(table, "severity", read_severity, findings, codes=codes, blank=4)
    texts = {
        column: read_column(table, column, read_words, findings, codes=codes)
        for column in CATEGORY_COLUMNS
        if column.startswith(("name", "condition", "closing"))
    }
    found: dict[str, CaseCategory] = {}
    for code, places in groupby(range(len(codes)), key=codes.__getitem__):
        rows = list(places)
        key = f"{kind}/{code}"
        if key in found and code:
            text = f"{code} stood above already. Put its rows together"
            findings.add(Weight.ERROR, text, row=rows[0] + 1, code=code, column="code")
        standards = tuple(_standards(key, rows, texts, limits, severities))
        names = (texts["name_zh"][rows[0]], texts["name_en"][rows[0]])
        found[key] = CaseCategory(kind, code, *names, owners[rows[0]], standards)
    return found


def read_rules(
    table: Table, departments: Mapping[str, Department], categories: Mapping[str, CaseCategory], findings: Findings
) -> tuple[Responsibility, ...]:
    """Return rules of responsibility, in their order.

    Columns: category (a key such as event/05-06, or its beginning; empty: all), area (a code or its beginning; empty:
    the whole city), component, role, department, priority, valid_from, valid_until (days; not included), source.
    """
    require_rows_and_columns(table, RULE_COLUMNS, findings, fixed=True)
    given = read_column(table, "category", lambda value: read_beginning(value, categories), findings)
    areas = read_column(table, "area", read_area, findings, codes=given)
    roles = read_cells(
        table,
        "role",
        lambda value: read_word(value, ResponsibleRole),
        findings,
        codes=given,
        blank=ResponsibleRole.LEAD,
    )
    owners = read_column(
        table, "department", lambda value: read_department_cell(value, departments), findings, codes=given
    )
    priorities = read_cells(table, "priority", read_priority, findings, codes=given, blank=0)
    begins, ends = (
        read_cells(table, column, read_day, findings, codes=given, blank=None)
        for column in ("valid_from", "valid_until")
    )
    components, sources = (
        read_column(table, column, read_note, findings, codes=given) for column in ("component", "source")
    )
    for row, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1):
        if begin is not None and end is not None and begin >= end:
            text = "it ends before it begins. Give a later day, or none"
            findings.add(Weight.ERROR, text, row=row, column="valid_until")
    columns = zip(given, areas, owners, roles, components, priorities, begins, ends, sources, strict=True)
    return tuple(Responsibility(*row) for row in columns)


def _standards(
    key: str, rows: Sequence[int], texts: Mapping[str, list[str]], limits: Sequence[Limit], severities: Sequence[int]
) -> Iterator[FilingStandard]:
    grouped = groupby(rows, key=texts["condition_zh"].__getitem__)
    for number, (condition, stages) in enumerate(grouped, 1):
        listed = list(stages)
        made = tuple(FilingStage(texts["closing_zh"][n], texts["closing_en"][n], limits[n]) for n in listed)
        first = listed[0]
        yield FilingStandard(f"{key}.{number}", condition, texts["condition_en"][first], severities[first], made)
