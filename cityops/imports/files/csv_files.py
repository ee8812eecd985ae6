"""CSV files: a header line, then rows of text."""

import csv
import io
from pathlib import Path

from cityops.imports.files import encodings
from cityops.imports.files.tables import Table
from cityops.imports.findings import Findings, ImportRefused, Weight


def read_csv(path: Path, findings: Findings, *, encoding: str | None = None) -> Table:
    """Read a CSV file with a header line; every cell is text. Raises ImportRefused."""
    header, *rows = _rows(path, encoding)
    names = [name.strip().lower() for name in header]
    for row, cells in enumerate(rows, start=1):
        if len(cells) != len(names):
            findings.add(
                Weight.ERROR, f"{len(cells)} cells under a header of {len(names)}. Check its commas and quotes", row=row
            )
    if len(set(names)) < len(names):
        findings.add(Weight.ERROR, f"a column stands twice in the header: {', '.join(names)}. Rename one")
    findings.refuse_errors()
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return Table(dict(zip(names, columns, strict=True)))


def _rows(path: Path, encoding: str | None) -> list[list[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    for candidate in [encodings.known(encoding)] if encoding else ["utf-8-sig", encodings.CHINESE]:
        try:
            rows = list(csv.reader(io.StringIO(raw.decode(candidate), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise ImportRefused(f"{path.name} is no CSV: {error}. Check its quotes.") from error
        while rows and not any(rows[-1]):
            rows.pop()
        if not rows:
            raise ImportRefused(f"{path.name} is empty. Give a header line and at least one row.")
        return rows
    raise encodings.unreadable(path.name, encoding)
