"""What an import shows: a progress bar on a terminal, plain lines elsewhere, and a table at the end."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from cityops.imports.changes import Changes, RoadResult
from cityops.imports.findings import Findings, Weight, describe

Item = TypeVar("Item")
_SAMPLES = 5


class Reporter(Protocol):
    """How an import tells how far it is."""

    def step(self, text: str) -> None:
        """Something that takes a while begins."""

    def track(self, batches: Sequence[Item], text: str) -> Iterable[Item]:
        """Return the batches one by one, telling how many are done."""


class PlainLines:
    """One line for each step, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def step(self, text: str) -> None:
        """Print the step."""
        self._console.print(escape(text), soft_wrap=True)

    def track(self, batches: Sequence[Item], text: str) -> Iterable[Item]:
        """Print the step; the batches go by in silence."""
        self.step(text)
        return batches


class Bar:
    """A bar that fills, and the present step beside it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def step(self, text: str) -> None:
        """Show the step; how long it takes is not known."""
        self._progress.update(self._task, description=escape(text), total=None)

    def track(self, batches: Sequence[Item], text: str) -> Iterable[Item]:
        """Fill the bar with each batch."""
        self._progress.update(self._task, description=escape(text), completed=0)
        return self._progress.track(batches, task_id=self._task, description=escape(text))


@contextmanager
def reporting(console: Console) -> Iterator[Reporter]:
    """Yield what suits the console: a bar on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield PlainLines(console)
        return
    with Progress(console=console, transient=True) as progress:
        yield Bar(progress)


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
