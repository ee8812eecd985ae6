"""How far long work has got: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress(Protocol):
    """Something that can be told that one more piece is done."""

    def advance(self) -> None:
        """Count one piece."""


class _Lines:
    """A line at every tenth of the work."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self._total, self._say, self._done = total, say, 0

    def advance(self) -> None:
        """Count one piece."""
        before, self._done = self._done, self._done + 1
        if before * 10 // self._total != self._done * 10 // self._total:
            self._say(f"{self._done} of {self._total}")


class _Bar:
    """A bar on standard error."""

    def __init__(self, total: int, bar: Bar) -> None:
        self._bar, self._task = bar, bar.add_task("", total=total)

    def advance(self) -> None:
        """Count one piece."""
        self._bar.advance(self._task)


@contextmanager
def show_progress(total: int, say: Callable[[str], None]) -> Iterator[Progress]:
    """Show progress towards `total` pieces while the block runs."""
    if not sys.stdout.isatty():
        yield _Lines(total, say)
        return
    with Bar(BarColumn(bar_width=None), MofNCompleteColumn(), TimeRemainingColumn(), transient=True) as bar:
        yield _Bar(total, bar)
