"""Reports of another channel in a CSV file: what each row says, and every mistake in it, with its row.

Cells stay text, as they are: no cell is ever run, and what a spreadsheet has spoilt is refused, not guessed. A finding
names row and column and never repeats what a person said, because it is shown and kept in logs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from citizens.errors import ReportUnusable
from citizens.persons.contact import Contact, check_contact
from citizens.reports import Channel, NewReport, check_moment, check_report, read_kind
from cityops.geography.coordinates import Crs, to_wgs84
from cityops.imports.files.cells import is_formula, read_number, read_text
from cityops.imports.files.csv_files import read_csv
from cityops.imports.files.tables import Table, refuse_duplicates, require_rows_and_columns
from cityops.imports.findings import Findings, ImportRefused, Weight

NEEDED = ("reference", "received_at", "kind", "said")
OPTIONAL = (
    "category", "address", "longitude", "latitude", "name", "phone", "email", "wants_call", "confidential",
)  # fmt: skip
WORDS = ("said", "address", "name")  # which may begin as they like
LARGEST = 64 * 1024**2  # bytes
MOST_ROWS = 50_000
_YES, _NO = {"是", "yes", "true", "1"}, {"", "否", "no", "false", "0"}
_SPOILT = re.compile(r"#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|#+)|[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_WHOLE_WITH_POINT = re.compile(r"([0-9]+)\.0+")


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of a file are read."""

    sender: str
    zone: ZoneInfo
    now: datetime
    crs: Crs


class _Cells:
    """One row, of which the cell that was read last is known: a mistake is that one's."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.column = ""

    def read(self, column: str) -> str:
        """Return a cell; "" where the file has no such column. Raises ValueError for what a spreadsheet has spoilt."""
        self.column = column
        text = self._texts.get(column, "")
        if _SPOILT.fullmatch(text):
            raise ValueError("a spreadsheet has spoilt this cell. Make the column text and fill it again")
        return text


def read_reports(
    path: Path, *, sender: str, zone: ZoneInfo, now: datetime, crs: Crs = Crs.WGS84, encoding: str | None = None
) -> tuple[list[NewReport], Findings]:
    """Return the reports of a file, and what a person should know. Raises ImportRefused naming every mistake.

    `sender` is what the channel is called; with a row's reference it tells one report from all others. Times without a
    zone are the city's. `crs` is what the file's places are written in.
    """
    findings = Findings(path.name)
    _require_size(path)
    table = read_csv(path, findings, encoding=encoding)
    require_rows_and_columns(table, NEEDED, findings, fixed=True)
    if len(table) > MOST_ROWS:
        raise ImportRefused(f"{path.name} has {len(table)} rows, and at most {MOST_ROWS} are read. Send less at once.")
    _refuse_strangers(table, findings)
    reading = _Reading(sender, zone, now, crs)
    read = (_read_row(texts, reading, row, findings) for row, texts in enumerate(_rows(table), start=1))
    reports = [report for report in read if report is not None]
    references = [read_text(cell) for cell in table.columns["reference"]]
    refuse_duplicates(references, "reference", "Give each report one of its own", findings)
    findings.refuse_errors()
    return reports, findings


def _require_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read ({error.strerror}). Correct the path.") from error
    if size > LARGEST:
        raise ImportRefused(f"{path.name} has more than {LARGEST // 1024**2} MiB. Send less at once.")


def _refuse_strangers(table: Table, findings: Findings) -> None:
    for name in table.columns:
        if name not in (*NEEDED, *OPTIONAL):
            known = ", ".join((*NEEDED, *OPTIONAL))
            findings.add(
                Weight.ERROR, f"nobody reads this column. Leave it out, or call it one of {known}", column=name
            )
    findings.refuse_errors()


def _rows(table: Table) -> Iterator[dict[str, str]]:
    names = list(table.columns)
    for cells in zip(*table.columns.values(), strict=True):
        yield dict(zip(names, map(read_text, cells), strict=True))


def _read_row(texts: Mapping[str, str], reading: _Reading, row: int, findings: Findings) -> NewReport | None:
    for column in WORDS:
        if is_formula(texts.get(column, "")):
            findings.add(Weight.WARNING, "this begins as a formula; it is kept as text", row=row, column=column)
    cells = _Cells(texts)
    try:
        report = _report_of(cells, reading)
        check_report(report)
        check_contact(report.contact)
    except ReportUnusable as error:
        findings.add(Weight.ERROR, error.why, row=row, column=error.field)
    except ValueError as error:
        findings.add(Weight.ERROR, str(error), row=row, column=cells.column)
    else:
        return report
    return None


def _report_of(cells: _Cells, reading: _Reading) -> NewReport:
    place = _degrees(cells.read("longitude")), _degrees(cells.read("latitude"))
    longitude, latitude = _to_wgs84(*place, reading.crs)
    return NewReport(
        channel=Channel.IMPORT,
        kind=read_kind(cells.read("kind")),
        said=cells.read("said"),
        category=_name(cells.read("category")),
        longitude=longitude,
        latitude=latitude,
        address=cells.read("address"),
        wants_call=_flag(cells.read("wants_call")),
        confidential=_flag(cells.read("confidential")),
        contact=Contact(cells.read("name"), _phone(cells.read("phone")), cells.read("email")),
        sender=reading.sender,
        reference=_reference(cells.read("reference")),
        received_at=_moment(cells.read("received_at"), reading),
    )


def _reference(text: str) -> str:
    if not text:
        raise ValueError("a report has a reference, by which it is known when the file is read in again")
    return _name(text)


def _name(text: str) -> str:
    if is_formula(text):
        raise ValueError("this begins as a formula. Write it as what it is called in its channel")
    return text


def _flag(text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValueError("this is neither yes nor no. Write 是 or 否, yes or no, or leave it empty")


def _phone(text: str) -> str:
    whole = _WHOLE_WITH_POINT.fullmatch(text)
    return whole[1] if whole else text


def _degrees(text: str) -> float | None:
    return read_number(text) if text else None


def _to_wgs84(longitude: float | None, latitude: float | None, crs: Crs) -> tuple[float | None, float | None]:
    if longitude is None or latitude is None:
        return longitude, latitude  # half a place is refused with the rest
    return to_wgs84(longitude, latitude, crs)


def _moment(text: str, reading: _Reading) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueError("this is no time. Write it as 2026-11-29 08:05, or with a zone") from None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=reading.zone)
    check_moment(aware, reading.now)
    return aware
