"""Tables as one XLSX file. Pure: rows in, bytes out."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cityops.imports.files.cells import is_formula

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 40  # characters of a column


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One table: its name, its heads and its rows."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]


def workbook(sheets: Iterable[TableSheet]) -> bytes:
    """Return sheets as one XLSX file. Texts stay texts: none becomes a formula or a link, also when it is edited."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(out, options) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        quoted = book.add_format({"quote_prefix": True})
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name[:31]), sheet, bold, moment, quoted)
    return out.getvalue()


def _fill(page: Worksheet, sheet: TableSheet, bold: Format, moment: Format, quoted: Format) -> None:
    page.freeze_panes(1, 0)
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, bold)
        cells = [row[column] for row in sheet.rows if column < len(row)]
        page.set_column(column, column, min(WIDEST, 2 + max(_width(cell) for cell in (head, *cells))))
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(number, column, cell, moment)
            elif isinstance(cell, (int, float)):
                page.write_number(number, column, cell)
            elif cell is not None:
                page.write_string(number, column, str(cell), quoted if is_formula(str(cell)) else None)


def _width(cell: object) -> int:
    """Return how many columns of a terminal a cell takes: Chinese takes two a sign."""
    return 16 if isinstance(cell, datetime) else sum(2 if ord(sign) > 0x2E80 else 1 for sign in str(cell))
