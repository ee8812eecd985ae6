import io

from rich.console import Console

from cityops.imports.changes import compare
from cityops.imports.console import show
from cityops.imports.findings import Findings, Weight
from cityops.imports.import_progress import reporting


def run(console: Console) -> list[int]:
    with reporting(console) as reporter:
        reporter.step("reading [a].geojson")
        return list(reporter.track([1, 2, 3], "storing 3 areas"))


def test_plain_lines_where_no_terminal_is() -> None:
    text = io.StringIO()

    assert run(Console(file=text)) == [1, 2, 3]
    assert text.getvalue() == "reading [a].geojson\nstoring 3 areas\n"


def test_a_bar_that_fills_on_a_terminal() -> None:
    text = io.StringIO()

    assert run(Console(file=text, force_terminal=True, width=100)) == [1, 2, 3]
    assert "storing 3 areas" in text.getvalue()
    assert "━" in text.getvalue()
    assert "100%" in text.getvalue()


def test_nothing_to_store_is_no_error() -> None:
    with reporting(Console(file=io.StringIO(), force_terminal=True)) as reporter:
        assert list(reporter.track([], "storing 0 areas")) == []


def test_the_report_counts_and_names_the_first() -> None:
    text, findings = io.StringIO(), Findings("a.geojson")
    findings.add(Weight.REPAIR, "repaired: Self-intersection", row=2, code="310104", column="geometry")
    changes = compare({str(n): f"{n} [区]" for n in range(9)}, {"0": "0 [区]", "1": "old"})
    show(Console(file=text, width=200), changes, findings, what="areas", dry_run=True)
    rows = {line.split("│")[1].strip(): line.split("│")[2:] for line in text.getvalue().splitlines() if "│" in line}

    assert text.getvalue().startswith("repair: row 2 (310104), column geometry: repaired: Self-intersection\n")
    assert {name: cells[0].strip() for name, cells in rows.items()} == {
        "new": "7",
        "changed": "1",
        "unchanged": "1",
        "repairs": "1",
        "warnings": "0",
    }
    assert rows["new"][1].strip() == "2 [区], 3 [区], 4 [区], 5 [区], 6 [区]"
    assert text.getvalue().endswith("Nothing was stored: this was a dry run.\n")
