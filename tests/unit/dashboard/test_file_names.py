"""A name of a file is a name: no path, no header, no second line, and not too long."""

import pytest

from dashboard.requests.file_names import LONGEST_BYTES, attachment, safe_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("handover-12.csv", "handover-12.csv"),
        ("traffic-speed-city-24h-20260301T1200Z.xlsx", "traffic-speed-city-24h-20260301T1200Z.xlsx"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"; filename="b.exe', "a- filename=-b.exe"),
        ("a\r\nSet-Cookie: x.csv", "a-Set-Cookie- x.csv"),
        ("雨量 一号站.csv", "雨量 一号站.csv"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800.csv", "csv"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_what_has_a_meaning_elsewhere_is_taken_out(name: str, clean: str) -> None:
    assert safe_name(name) == clean


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    cut = safe_name("雨" * 500 + ".csv")
    assert len(cut.encode()) <= LONGEST_BYTES
    assert cut.startswith("雨雨")
    assert cut.endswith(".csv")


def test_a_plain_name_has_the_plain_header_and_another_both_forms() -> None:
    assert attachment("handover-12.csv") == 'attachment; filename="handover-12.csv"'
    header = attachment("雨量.csv")
    assert header == "attachment; filename=\"_.csv\"; filename*=UTF-8''%E9%9B%A8%E9%87%8F.csv"
    header.encode("latin-1")  # as every header must be
