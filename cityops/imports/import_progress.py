"""How far an import is: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from cityops.imports.console import Item


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
