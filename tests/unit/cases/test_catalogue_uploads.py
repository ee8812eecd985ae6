"""Files of a browser: read as those of the command line, and refused with a reason when they are too much or broken."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cases.catalogue import catalogue_uploads
from cases.catalogue.catalogue_files import Part, demo_catalogue, with_tables
from cases.catalogue.catalogue_sheets import catalogue_sheets
from cases.catalogue.catalogue_tables import CATEGORY_COLUMNS, RULE_COLUMNS
from cases.catalogue.catalogue_uploads import LARGEST, read_uploads
from cases.catalogue.categories import CaseCatalogue
from cases.catalogue.rule_edits import with_rule
from cityops.imports.files.archives import require_sound
from cityops.imports.findings import ImportRefused
from dashboard.requests.workbooks import TableSheet, workbook

HEAD = ",".join(CATEGORY_COLUMNS)
ROW = "05-06,道路积水,Flooded road,drainage,积水,flooded,排除,drained,8u,2"
EVENTS = f"{HEAD}\n{ROW}\n".encode()
RULES = (",".join(RULE_COLUMNS) + "\nevent/05-06,9901,,lead,parks,0,,,test\n").encode()


def book(**sheets: list[list[str]]) -> bytes:
    made = [TableSheet(name, tuple(rows[0]), [tuple(row) for row in rows[1:]]) for name, rows in sheets.items()]
    return workbook(made)


def test_a_workbook_and_csv_files_say_the_same() -> None:
    sheets = book(events=[HEAD.split(","), ROW.split(",")])
    tables = [read_uploads([("events.csv", EVENTS)]), read_uploads([("目录 2026.xlsx", sheets)])]
    first, second = (with_tables(demo_catalogue(), one).categories["event/05-06"] for one in tables)

    assert first == second
    assert first.standards[0].stages[0].limit.short == "8u"
    found = read_uploads([("C:\\我的文件\\events.csv", EVENTS), ("../../responsibilities.csv", RULES)])
    assert set(found) == {Part.EVENTS, Part.RULES}


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (catalogue_uploads.UNPACKED + 1))
    return packed.getvalue()


def liar() -> bytes:
    """Return a zip file that says that it unpacks to nothing much."""
    raw = bytearray(bomb())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        raw[raw.index(mark) + place : raw.index(mark) + place + 4] = struct.pack("<I", 10)
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("events.xls", lambda: b"x", "neither .xlsx nor .csv"),
        ("events", lambda: b"x", "neither .xlsx nor .csv"),
        ("events.csv\0.xlsx", lambda: b"x", "neither .xlsx nor .csv"),
        ("streets.csv", lambda: EVENTS, "'streets' is no part of a catalogue"),
        ("events.csv", lambda: b"", "is empty"),
        ("events.csv", lambda: b"\xff\xfe\xff\x81", "neither UTF-8 nor GB18030"),
        ("events.csv", lambda: b'a,"b\n', "is no CSV"),
        ("events.csv", lambda: b"x" * (LARGEST + 1), "at most 4 files of 512 KiB"),
        ("events.csv", lambda: EVENTS + (ROW + "\n").encode() * 4000, "at most 100 are read"),
        ("events.xlsx", lambda: b"PK\x03\x04 and nothing", "is no workbook"),
        ("events.xlsx", lambda: EVENTS, "is no workbook"),
        ("events.xlsx", lambda: book(events=[["a"], ["b"]])[:-30], "is no workbook"),
        ("events.xlsx", bomb, "would unpack to 32 MiB"),
        ("events.xlsx", liar, "is no workbook"),
    ],
)
def test_a_file_is_refused_with_what_to_do(
    name: str, content: Callable[[], bytes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_uploads, "MOST_ROWS", 100)
    with pytest.raises(ImportRefused, match=said):
        read_uploads([(name, content())])


def test_a_workbook_that_lies_about_its_size_is_found_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(liar())
    with pytest.raises(ImportRefused, match="is no workbook"):
        require_sound(path, largest=catalogue_uploads.UNPACKED)
    path.write_bytes(book(events=[["a"], ["b"]]))
    require_sound(path, largest=catalogue_uploads.UNPACKED)


def test_no_file_and_too_many_are_refused() -> None:
    with pytest.raises(ImportRefused, match="There is no file"):
        read_uploads([])
    with pytest.raises(ImportRefused, match="at most 4 files"):
        read_uploads([("events.csv", EVENTS)] * 5)
    with pytest.raises(ImportRefused, match="events is given twice"):
        read_uploads([("events.csv", EVENTS)] * 2)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "\u200b=", "−"])
@pytest.mark.parametrize("column", ["name_zh", "condition_en", "closing_zh"])
def test_words_that_a_spreadsheet_would_run_are_refused(column: str, sign: str) -> None:
    cells = dict(zip(CATEGORY_COLUMNS, ROW.split(","), strict=True))
    cells[column] = f"{sign}HYPERLINK(1)"
    tables = read_uploads([("events.csv", f"{HEAD}\n{','.join(cells.values())}\n".encode())])

    with pytest.raises(ImportRefused, match="begins as a formula does") as refused:
        with_tables(demo_catalogue(), tables)
    assert [(one.row, one.column, one.code) for one in refused.value.errors] == [(1, column, "05-06")]


def test_what_is_exported_makes_the_same_catalogue_again() -> None:
    rule = {"category": "event/05-06", "area": "9901", "component": "lamp-1", "role": "owner", "department": "parks"}
    days = {"valid_from": "2026-01-01", "valid_until": "2027-01-01", "priority": "-2", "source": "令 12"}
    known = with_rule(demo_catalogue(), rule | days)
    sheets = [TableSheet(part, heads, rows) for part, (heads, rows) in catalogue_sheets(known).items()]
    read = read_uploads([("catalogue.xlsx", workbook(sheets))])

    assert set(read) == set(Part)
    assert with_tables(CaseCatalogue(known.edition, {}, {}), read) == known
    assert catalogue_sheets(CaseCatalogue("", {}, {})) == {}
