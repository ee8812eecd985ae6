"""What an import shows at its end: what it did, and what it found, as a table."""

from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cityops.imports.changes import Changes, RoadResult
from cityops.imports.findings import Findings, Weight, describe

Item = TypeVar("Item")
_SAMPLES = 5


def show(console: Console, changes: Changes[str], findings: Findings, *, what: str, dry_run: bool) -> None:
    """Print what was found in the file and what it changed, or would change."""
    _show_findings(console, findings)
    table = Table(what, "count", "first of them")
    for name, things in (("new", changes.new), ("changed", changes.changed), ("unchanged", changes.unchanged)):
        table.add_row(name, str(len(things)), escape(", ".join(things[:_SAMPLES])))
    table.add_row("repairs", str(len(findings.of(Weight.REPAIR))), "")
    table.add_row("warnings", str(len(findings.of(Weight.WARNING))), "")
    console.print(table)
    _show_end(console, dry_run=dry_run)


def show_roads(console: Console, result: "RoadResult", *, dry_run: bool) -> None:
    """Print the roads of each class, and what the detectors measure of them."""
    _show_findings(console, result.findings)
    table = Table("roads", "count", "measured km")
    for road, count in result.roads.items():
        table.add_row(road.value, str(count), f"{result.measured[road]:.1f}")
    console.print(table)
    console.print(
        f"{result.on_roads} of {result.detectors} traffic detectors stand on a road; "
        f"{result.replaced} roads from before are replaced.",
        soft_wrap=True,
    )
    _show_end(console, dry_run=dry_run)


def _show_findings(console: Console, findings: Findings) -> None:
    for weight in (Weight.REPAIR, Weight.WARNING):
        for line in describe(findings.of(weight)):
            console.print(f"{weight.value}: {escape(line)}", soft_wrap=True)


def _show_end(console: Console, *, dry_run: bool) -> None:
    console.print("Nothing was stored: this was a dry run." if dry_run else "Stored.")
