"""Contacts as they were sent become reporters, where the private key is."""

from datetime import datetime

from citizens.errors import SealUnreadable
from citizens.holding import IntakeHold
from citizens.persons.sealing import person_key, unseal
from citizens.store.intake import hold
from cityops.storage import Transaction, load_queries

SQL = load_queries("citizens")


def make_reporters(tx: Transaction, key: str, *, now: datetime, most: int) -> int:
    """Put the contacts that were sent apart from their reports; return how many it looked at, `most` at most.

    What another key sealed is marked. A contact stays under the seal that it came in: nothing is written anew in the
    clear. Raises KeyUnusable.
    """
    found = tx.rows(SQL["sealed_reports"], most=most)
    for row in found:
        sealed = bytes(row["sealed"])
        try:
            known_by = person_key(unseal(sealed, key), key)
        except SealUnreadable:
            hold(tx, row["report_id"], IntakeHold.SEAL)
            continue
        added = tx.value(
            SQL["add_reporter"], person_key=known_by, sealed=sealed, confidential=row["confidential"], now=now
        )
        tx.execute(SQL["link_reporter"], report_id=row["report_id"], reporter_id=added)
    return len(found)


def try_seals_again(tx: Transaction) -> None:
    """Look once more at what another key sealed: this program may have the right one."""
    tx.execute(SQL["try_seals_again"])
