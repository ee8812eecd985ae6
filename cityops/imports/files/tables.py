"""A table as the importers see it, whatever file it came from."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from cityops.imports.findings import Findings, Weight

Shapes = npt.NDArray[np.object_]  # of shapely geometries; None where a row has none


Cell = TypeVar("Cell")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; row n of the file stands at position n-1 of each column.

    `shapes` is None for a table without geometries; `crs` is what the file says of them, if it does.
    """

    columns: Mapping[str, Sequence[Any]]
    shapes: Shapes | None = None
    crs: str | None = None

    def __len__(self) -> int:
        """How many rows there are."""
        if self.shapes is not None:
            return len(self.shapes)
        return len(next(iter(self.columns.values()), ()))


def require_rows_and_columns(table: Table, wanted: Sequence[str], findings: Findings, *, fixed: bool = False) -> None:
    """Raise ImportRefused when the table is empty or a column is missing.

    `fixed`: the names are ours, so the file's column is to be renamed; else another one can be named.
    """
    if len(table) == 0:
        findings.add(Weight.ERROR, "there are no rows. Give a file with at least one")
    for name in wanted:
        if name not in table.columns:
            findings.add(Weight.ERROR, f"there is no such column. {_advice(name, table, fixed=fixed)}", column=name)
    findings.refuse_errors()


def _advice(name: str, table: Table, *, fixed: bool) -> str:
    there = list(table.columns)
    if not there:
        return "The file has no columns at all. Export it again with its attributes"
    like = difflib.get_close_matches(name.lower(), [column.lower() for column in there], n=1)
    likely = next((column for column in there if [column.lower()] == like), None)
    if fixed:
        what = f"Call {likely} so" if likely else f"Call the one that holds it {name}"
    else:
        what = f"Did you mean {likely}?" if likely else "Name one of them"
    return f"The file has: {', '.join(there)}. {what}"


def read_cells(
    table: Table, column: str, parse: Callable[[object], Cell], findings: Findings, *, codes: Sequence[str], blank: Cell
) -> list[Cell]:
    """Return a column parsed cell by cell; a ValueError becomes an error of that row, and its cell `blank`."""
    parsed = []
    for position, value in enumerate(table.columns[column]):
        try:
            parsed.append(parse(value))
        except ValueError as error:
            code = codes[position] if codes else ""
            findings.add(Weight.ERROR, str(error), row=position + 1, code=code, column=column)
            parsed.append(blank)
    return parsed


def read_column(
    table: Table, column: str, parse: Callable[[object], str], findings: Findings, *, codes: Sequence[str] = ()
) -> list[str]:
    """Return a column of text parsed cell by cell; a ValueError becomes an error of that row, and its cell ""."""
    return read_cells(table, column, parse, findings, codes=codes, blank="")


def refuse_duplicates(keys: Sequence[str], column: str, advice: str, findings: Findings) -> None:
    """Report each key that stands in more than one row, naming the rows."""
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(keys, start=1):
        if key:
            rows.setdefault(key, []).append(row)
    for key, where in rows.items():
        if len(where) > 1:
            named = ", ".join(map(str, where[:10])) + (" …" if len(where) > 10 else "")
            findings.add(Weight.ERROR, f"{key} stands in rows {named}. {advice}", row=where[0], code=key, column=column)
