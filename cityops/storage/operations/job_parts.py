"""The parts of one round of a job: each may fail, and the others go on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from cityops.storage.database import Transaction
from cityops.storage.operations.job_failures import Item, describe_failure, log_outcomes, note_outcomes


class JobParts:
    """The parts of one job's round. Each runs in a savepoint: one that fails is undone and noted, the rest goes on."""

    def __init__(self, tx: Transaction, job: str) -> None:
        self._tx = tx
        self._job = job
        self._outcomes: dict[str, str | None] = {}

    @contextmanager
    def run(self, part: str, item: str = "") -> Iterator[None]:
        """Run one part, or one item of it. When the connection itself is lost, `note` will say so by raising."""
        name = f"{self._job}/{part}"
        self._outcomes.setdefault(name, None)
        try:
            with self._tx.savepoint():
                yield
        except Exception as error:  # noqa: BLE001  (whatever it is: noted, never in the way of the other parts)
            self._outcomes[name] = f"{item}: {describe_failure(error)}" if item else describe_failure(error)

    def run_each(
        self, part: str, items: Iterable[Item], work: Callable[[Item], object], name: Callable[[Item], str]
    ) -> None:
        """Do a part's work for all items together; when that fails, for each alone, so that only the bad are left out.

        `name` says which one it is, such as `alert 17`. The work may run twice: what it changes outside the
        transaction must be right after the second time.
        """
        items = list(items)
        if not items:
            return
        try:
            with self._tx.savepoint():
                for item in items:
                    work(item)
        except Exception:  # noqa: BLE001  (found below, item by item)
            for item in items:
                with self.run(part, name(item)):
                    work(item)

    def note(self, now: datetime) -> None:
        """Store which parts failed. Raises StorageError when the transaction cannot go on."""
        log_outcomes(self._outcomes, *note_outcomes(self._tx, self._outcomes, now))
