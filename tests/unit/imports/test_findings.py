import pytest

from cityops.imports.findings import Findings, ImportRefused, Weight, describe


def test_findings_of_one_kind_share_a_line() -> None:
    findings = Findings("a.geojson")
    for row in range(1, 13):
        findings.add(Weight.WARNING, "too small", row=row, code=f"31{row:02}", column="geometry")
    findings.add(Weight.WARNING, "the whole file is old")
    lines = list(describe(findings.all))

    assert lines[0] == "the whole file is old"
    assert lines[1].startswith("rows 1 (3101), 2 (3102), ")
    assert lines[1].endswith(", 10 (3110) and 2 more, column geometry: too small")


def test_a_file_with_a_thousand_kinds_of_error_does_not_fill_the_screen() -> None:
    findings = Findings("a.csv")
    for row in range(1, 1001):
        findings.add(Weight.ERROR, f"x{row} is no number", row=row, column="lon")
    with pytest.raises(ImportRefused) as refused:
        findings.refuse_errors()

    assert "… and 980 more" in str(refused.value)
    assert str(refused.value).count("\n") < 25


def test_warnings_and_repairs_refuse_nothing() -> None:
    findings = Findings("a.csv")
    findings.add(Weight.WARNING, "odd")
    findings.add(Weight.REPAIR, "mended")
    findings.refuse_errors()

    assert len(findings.all) == 2
