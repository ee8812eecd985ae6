"""From tables to a catalogue: departments, categories, and who is responsible. Every mistake is told, with its row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from cases.catalogue.categories import (
    CaseCategory,
    CategoryKind,
    Department,
    DepartmentKind,
    FilingStage,
    FilingStandard,
)
from cases.clock.limits import Limit, LimitUnit, read_limit
from cases.errors import LimitUnusable
from cases.routing.responsibility import Responsibility, ResponsibleRole
from cityops.imports.files.cells import is_formula, read_name, read_text
from cityops.imports.files.tables import (
    Table,
    read_cells,
    read_column,
    refuse_duplicates,
    require_rows_and_columns,
)
from cityops.imports.findings import Findings, Weight

Word = TypeVar("Word", bound=StrEnum)
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

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CATEGORY_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,30}")
_AREA = re.compile(r"[0-9]{0,32}")
_NO_LIMIT = Limit(Decimal(1), LimitUnit.URGENT_HOUR)  # in the place of one that is told as a mistake


def read_departments(table: Table, findings: Findings) -> dict[str, Department]:
    """Return departments by code: code, kind, name_zh, name_en."""
    require_rows_and_columns(table, DEPARTMENT_COLUMNS, findings, fixed=True)
    codes = read_column(table, "code", _read_code, findings)
    refuse_duplicates(codes, "code", "Remove all rows but one", findings)
    kinds = read_cells(
        table,
        "kind",
        lambda value: _read_word(value, DepartmentKind),
        findings,
        codes=codes,
        blank=DepartmentKind.BUREAU,
    )
    names = [read_column(table, column, _read_words, findings, codes=codes) for column in ("name_zh", "name_en")]
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
    codes = read_column(table, "code", _read_category_code, findings)
    owners = read_column(
        table, "department", lambda value: read_department_cell(value, departments), findings, codes=codes
    )
    limits = read_cells(table, "limit", read_limit_cell, findings, codes=codes, blank=_NO_LIMIT)
    severities = read_cells(table, "severity", read_severity, findings, codes=codes, blank=4)
    texts = {
        column: read_column(table, column, _read_words, findings, codes=codes)
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
    given = read_column(table, "category", lambda value: _read_beginning(value, categories), findings)
    areas = read_column(table, "area", _read_area, findings, codes=given)
    roles = read_cells(
        table,
        "role",
        lambda value: _read_word(value, ResponsibleRole),
        findings,
        codes=given,
        blank=ResponsibleRole.LEAD,
    )
    owners = read_column(
        table, "department", lambda value: read_department_cell(value, departments), findings, codes=given
    )
    priorities = read_cells(table, "priority", _read_priority, findings, codes=given, blank=0)
    begins, ends = (
        read_cells(table, column, _read_day, findings, codes=given, blank=None)
        for column in ("valid_from", "valid_until")
    )
    components, sources = (
        read_column(table, column, _read_note, findings, codes=given) for column in ("component", "source")
    )
    for row, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1):
        if begin is not None and end is not None and begin >= end:
            text = "it ends before it begins. Give a later day, or none"
            findings.add(Weight.ERROR, text, row=row, column="valid_until")
    columns = zip(given, areas, owners, roles, components, priorities, begins, ends, sources, strict=True)
    return tuple(Responsibility(*row) for row in columns)


def read_department_cell(value: object, departments: Mapping[str, Department]) -> str:
    """Return the code of a department that there is. Raises ValueError saying what to do."""
    code = read_text(value)
    if code not in departments:
        raise ValueError(f"there is no department {code[:40]!r}. Correct it, or add it to the departments")
    return code


def read_limit_cell(value: object) -> Limit:
    """Return a limit from its short form. Raises ValueError saying what to do."""
    try:
        return read_limit(read_text(value))
    except LimitUnusable as error:
        raise ValueError(str(error)) from error


def read_severity(value: object) -> int:
    """Return a severity, 1 to 4. Raises ValueError saying what to do."""
    text = read_text(value)
    if text not in ("1", "2", "3", "4"):
        raise ValueError(f"a severity of {text[:40]!r} is not 1 to 4")
    return int(text)


def _standards(
    key: str, rows: Sequence[int], texts: Mapping[str, list[str]], limits: Sequence[Limit], severities: Sequence[int]
) -> Iterator[FilingStandard]:
    grouped = groupby(rows, key=texts["condition_zh"].__getitem__)
    for number, (condition, stages) in enumerate(grouped, 1):
        listed = list(stages)
        made = tuple(FilingStage(texts["closing_zh"][n], texts["closing_en"][n], limits[n]) for n in listed)
        first = listed[0]
        yield FilingStandard(f"{key}.{number}", condition, texts["condition_en"][first], severities[first], made)


def _read_words(value: object) -> str:
    return _without_formula(read_name(value))


def _read_note(value: object) -> str:
    """Return words that may be missing, such as a source."""
    return _read_words(value) if read_text(value) else ""


def _without_formula(text: str) -> str:
    """Refuse what a spreadsheet that opens an export would run."""
    if is_formula(text):
        raise ValueError(f"{text[:40]!r} begins as a formula does. Write it without = + - or @ in front")
    return text


def _read_code(value: object) -> str:
    code = read_text(value)
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code. Use 1 to 63 small letters, digits and dashes")
    return code


def _read_category_code(value: object) -> str:
    code = read_text(value)
    if not _CATEGORY_CODE.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code of a category, such as 05-06. Make the column text")
    return code


def _read_word(value: object, words: type[Word]) -> Word:
    word = read_text(value)
    if word not in set(words):
        raise ValueError(f"{word[:40]!r} is none of {', '.join(words)}")
    return words(word)


def _read_beginning(value: object, categories: Mapping[str, CaseCategory]) -> str:
    beginning = read_text(value)
    if not any(key.startswith(beginning) for key in categories):
        raise ValueError(f"no category begins with {beginning[:40]!r}. Write it as event/05-06")
    return beginning


def _read_area(value: object) -> str:
    code = read_text(value)
    if not _AREA.fullmatch(code):
        raise ValueError(f"{code[:40]!r} is no code of an area. Use digits, or nothing for the whole city")
    return code


def _read_priority(value: object) -> int:
    text = read_text(value) or "0"
    if not re.fullmatch(r"-?[0-9]{1,4}", text):
        raise ValueError(f"{text[:40]!r} is no priority: use a whole number, the higher the stronger")
    return int(text)


def _read_day(value: object) -> date | None:
    text = read_text(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no day such as 2026-01-31") from None
