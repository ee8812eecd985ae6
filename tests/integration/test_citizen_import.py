"""Reports of other channels come in from a file: whole or not at all, each once, and nothing in a cell is ever run."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cases.life.details import CaseType
from citizens.channels.report_files import NEEDED, read_reports
from citizens.persons.sealing import unseal
from cityops.command_line import app
from cityops.geography.coordinates import Crs, wgs84_to_gcj02
from cityops.imports.findings import Findings, ImportRefused
from cityops.storage import Database
from tests.case_samples import NOW
from tests.citizen_samples import KEY, LI, PUBLIC_KEY
from tests.unit.cases.calendars import SHANGHAI

HEADER = "reference,received_at,kind,said,address,longitude,latitude,name,phone,email,wants_call"
ROWS = (
    f'A-1,2026-06-01 08:05,投诉,"路灯不亮\n很黑",光明路 8 号,118.8,31.9,{LI.name},{LI.phone},{LI.email},是',
    "A-2,2026-06-01T09:00:00+00:00,consult,什么时候修？,,,,,,,",
)


def write(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "calls.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def read(path: Path, crs: Crs = Crs.WGS84) -> Findings:
    return read_reports(path, sender="12345", zone=SHANGHAI, now=NOW, crs=crs)[1]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CITYOPS_DATABASE_URL", database_url)
    monkeypatch.setenv("CITYOPS_REPORTER_PUBLIC_KEY", PUBLIC_KEY)
    return CliRunner()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_in_once(run: CliRunner, database: Database, tmp_path: Path, encoding: str) -> None:
    words = ["citizens", "import", str(write(tmp_path, *ROWS, encoding=encoding)), "--from", "12345"]
    rehearsed = run.invoke(app, [*words, "--dry-run"])
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 0
    first, again = run.invoke(app, words), run.invoke(app, words)
    with database.transaction() as tx:
        rows = tx.rows("SELECT * FROM citizen_report ORDER BY reference")
        audit = tx.rows("SELECT object, detail FROM audit_log WHERE action = 'report.import' ORDER BY audit_id")

    for told in (rehearsed, first, again):
        assert told.exit_code == 0, told.output
        assert not any(word in told.output for word in (LI.phone, LI.name, "路灯"))
    assert "dry run" in rehearsed.output
    assert [(row["reference"], row["kind"], row["channel"], row["wants_call"]) for row in rows] == [
        ("A-1", CaseType.COMPLAIN, "import", True),
        ("A-2", CaseType.CONSULT, "import", False),
    ]
    assert rows[0]["received_at"].isoformat() == "2026-06-01T00:05:00+00:00"  # eight hours earlier: it was the city's
    assert unseal(bytes(rows[0]["sealed"]), KEY) == LI
    assert [row["detail"] for row in audit] == [
        {"new": 2, "changed": 0, "unchanged": 0},
        {"new": 0, "changed": 0, "unchanged": 2},
    ]


def test_without_a_key_no_contact_is_taken(run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CITYOPS_REPORTER_PUBLIC_KEY")
    told = run.invoke(app, ["citizens", "import", str(write(tmp_path, *ROWS)), "--from", "12345"])

    assert told.exit_code != 0
    assert "CITYOPS_REPORTER_PUBLIC_KEY" in str(told.exception)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",2026-06-01 08:05,投诉,a", "reference"),
        ("=HYPERLINK(1),2026-06-01 08:05,投诉,a", "reference"),
        ("A,yesterday,投诉,a", "received_at"),
        ("A,2036-06-01 08:05,投诉,a", "received_at"),
        ("A,1926-06-01 08:05,投诉,a", "received_at"),
        ("A,2026-06-01 08:05,别的,a", "kind"),
        ("A,2026-06-01 08:05,投诉,#REF!", "said"),
        ("A,2026-06-01 08:05,投诉," + "长" * 4001, "said"),
        ("A,2026-06-01 08:05,投诉,", "said"),
        ("A,2026-06-01 08:05,投诉,\x07", "said"),
        ("A,2026-06-01 08:05,投诉,a,,nan,31.9", "longitude"),
        ("A,2026-06-01 08:05,投诉,a,,118.8,", "longitude"),
        ("A,2026-06-01 08:05,投诉,a,,318.8,31.9", "longitude"),
        ("A,2026-06-01 08:05,投诉,a,,,,,1.38001E+10", "phone"),
        ("A,2026-06-01 08:05,投诉,a,,,,,一三八", "phone"),
        ("A,2026-06-01 08:05,投诉,a,,,,,,nobody", "email"),
        ("A,2026-06-01 08:05,投诉,a,,,,,,,maybe", "wants_call"),
        ("A,2026-06-01 08:05,投诉,a,,,,,,,是", "phone"),
    ],
)
def test_a_mistake_is_named_by_row_and_column_and_nothing_is_stored(tmp_path: Path, row: str, column: str) -> None:
    whole = row + "," * (HEADER.count(",") - row.count(","))
    with pytest.raises(ImportRefused) as refused:
        read(write(tmp_path, ROWS[1], whole))

    assert [(one.row, one.column) for one in refused.value.errors] == [(2, column)]
    assert "1.38001E+10" not in str(refused.value)


def test_columns_that_are_missing_doubled_or_strange_are_named(tmp_path: Path) -> None:
    for header, word in (("reference,received_at,kind,text", "said"), (",".join([*NEEDED, "telephone"]), "telephone")):
        with pytest.raises(ImportRefused, match=word):
            read(write(tmp_path, ",".join(["x"] * (header.count(",") + 1)), header=header))
    with pytest.raises(ImportRefused, match="stands in rows 1, 2"):
        read(write(tmp_path, ROWS[1], ROWS[1]))
    with pytest.raises(ImportRefused, match="cannot be read"):
        read(tmp_path / "nothing.csv")


def test_a_formula_in_words_is_text_and_said_so(tmp_path: Path) -> None:
    path = write(tmp_path, "A,2026-06-01 08:05,投诉,\"=cmd|' /C calc'!A0\",+1,,,@name,+86 139 1111 2222,,")
    (report,), findings = read_reports(path, sender="12345", zone=SHANGHAI, now=NOW)

    assert (report.said, report.address, report.contact.name) == ("=cmd|' /C calc'!A0", "+1", "@name")
    assert [(one.row, one.column) for one in findings.all] == [(1, "said"), (1, "address"), (1, "name")]


def test_places_of_a_chinese_map_come_to_ours(tmp_path: Path) -> None:
    import numpy as np

    longitude, latitude = wgs84_to_gcj02(np.array([118.8]), np.array([31.9]))
    path = write(tmp_path, f"A,2026-06-01 08:05,投诉,a,,{float(longitude[0])},{float(latitude[0])},,,,")
    (report,), _ = read_reports(path, sender="12345", zone=SHANGHAI, now=NOW, crs=Crs.GCJ02)

    assert report.longitude == pytest.approx(118.8, abs=1e-8)
    assert report.latitude == pytest.approx(31.9, abs=1e-8)
