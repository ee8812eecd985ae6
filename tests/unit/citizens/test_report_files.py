"""A file of another channel: a mistake is named by row and column, and nothing in a cell is ever run."""

from pathlib import Path

import pytest

from citizens.channels.report_files import NEEDED, read_reports
from cityops.geography.coordinates import Crs, wgs84_to_gcj02
from cityops.imports.findings import Findings, ImportRefused
from tests.case_samples import NOW
from tests.citizen_samples import CALL_COLUMNS, CALLS, write_calls
from tests.unit.cases.calendars import SHANGHAI


def read(path: Path, crs: Crs = Crs.WGS84) -> Findings:
    return read_reports(path, sender="12345", zone=SHANGHAI, now=NOW, crs=crs)[1]


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
    whole = row + "," * (CALL_COLUMNS.count(",") - row.count(","))
    with pytest.raises(ImportRefused) as refused:
        read(write_calls(tmp_path, CALLS[1], whole))

    assert [(one.row, one.column) for one in refused.value.errors] == [(2, column)]
    assert "1.38001E+10" not in str(refused.value)


def test_columns_that_are_missing_doubled_or_strange_are_named(tmp_path: Path) -> None:
    for header, word in (("reference,received_at,kind,text", "said"), (",".join([*NEEDED, "telephone"]), "telephone")):
        with pytest.raises(ImportRefused, match=word):
            read(write_calls(tmp_path, ",".join(["x"] * (header.count(",") + 1)), header=header))
    with pytest.raises(ImportRefused, match="stands in rows 1, 2"):
        read(write_calls(tmp_path, CALLS[1], CALLS[1]))
    with pytest.raises(ImportRefused, match="cannot be read"):
        read(tmp_path / "nothing.csv")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    with path.open("wb") as file:
        file.truncate(64 * 1024**2 + 1)
    with pytest.raises(ImportRefused, match="more than 64 MiB"):
        read(path)


def test_a_phone_number_that_a_table_took_for_a_number_is_one(tmp_path: Path) -> None:
    path = write_calls(tmp_path, "A,2026-06-01 08:05,投诉,a,,,,,13911112222.0,,")
    (report,), _ = read_reports(path, sender="12345", zone=SHANGHAI, now=NOW)

    assert report.contact.phone == "13911112222"


def test_a_formula_in_words_is_text_and_said_so(tmp_path: Path) -> None:
    path = write_calls(tmp_path, "A,2026-06-01 08:05,投诉,\"=cmd|' /C calc'!A0\",+1,,,@name,+86 139 1111 2222,,")
    (report,), findings = read_reports(path, sender="12345", zone=SHANGHAI, now=NOW)

    assert (report.said, report.address, report.contact.name) == ("=cmd|' /C calc'!A0", "+1", "@name")
    assert [(one.row, one.column) for one in findings.all] == [(1, "said"), (1, "address"), (1, "name")]


def test_places_of_a_chinese_map_come_to_ours(tmp_path: Path) -> None:
    import numpy as np

    longitude, latitude = wgs84_to_gcj02(np.array([118.8]), np.array([31.9]))
    path = write_calls(tmp_path, f"A,2026-06-01 08:05,投诉,a,,{float(longitude[0])},{float(latitude[0])},,,,")
    (report,), _ = read_reports(path, sender="12345", zone=SHANGHAI, now=NOW, crs=Crs.GCJ02)

    assert report.longitude == pytest.approx(118.8, abs=1e-8)
    assert report.latitude == pytest.approx(31.9, abs=1e-8)
