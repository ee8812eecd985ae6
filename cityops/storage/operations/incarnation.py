"""Which incarnation of the database this is: another one after each restore from a backup.

What a program remembers of a database (numbers of series, places in sequences, what it read last) is not so in a copy
of an earlier day. Nobody has to tell the programs: each asks when it shows life, and reads everything again.
"""

import logging

from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

logger = logging.getLogger(__name__)
SQL = load_queries("cityops.storage")

MOST = 8_000_000  # incarnations: a random one of them is hardly ever the same twice


def read_incarnation(tx: Transaction) -> int:
    """Return the number of this incarnation, 0 for a database that never came from a backup.

    Whoever asks first after a restore gives it its number, in this transaction.
    """
    row = tx.row(SQL["incarnation"]) or {}
    if not row["is_noted"]:
        tx.execute(SQL["begin_incarnation"], most=MOST - 1)
        row = tx.row(SQL["incarnation"]) or {}
    return int(row["number"])


class IncarnationCheck:
    """Remembers for one program which incarnation it works on."""

    def __init__(self) -> None:
        self._number: int | None = None

    def has_changed(self, tx: Transaction) -> bool:
        """Whether the database is another one than at the last look; never so at the first."""
        number = read_incarnation(tx)
        changed = self._number not in (None, number)
        self._number = number
        if changed:
            logger.warning(
                "the database was restored from a backup: everything is read again",
                extra={"action": "restore", "incarnation": number},
            )
        return changed
