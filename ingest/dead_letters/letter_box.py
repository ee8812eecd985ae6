"""Dead letters on their way into the database: each is kept whole, or only counted, or known already."""

from collections.abc import Sequence, Set
from datetime import datetime

from cityops.storage import Transaction
from cityops.storage.messages.dead_letters import DeadLetter, write_dead_letters
from cityops.storage.messages.letter_senders import (
    letters_size,
    lock_senders,
    note_senders,
)
from ingest import metrics
from ingest.dead_letters.allowances import LetterAllowances, LetterLimits, payers_of, size
from ingest.dead_letters.letter_sums import add_up, without_known

_NO_LIMIT = 2**31


class LetterBox:
    """Keeps letters within their limits. What somebody replayed is always kept: its content must not get lost."""

    def __init__(self, limits: LetterLimits) -> None:
        self._limits = limits

    def put(
        self, tx: Transaction, letters: Sequence[DeadLetter], registered: Set[str], now: datetime
    ) -> list[DeadLetter]:
        """Keep what may be kept, and count the rest. Return the letters that are news, for the ledger.

        What a broker repeats (retained) is news only when it is kept: it comes again at each restart.
        """
        letters = without_known(tx, letters)
        if not letters:
            return []
        spent = lock_senders(tx, payers_of(letters, registered))
        allowances = LetterAllowances(self._limits.per_hour or _NO_LIMIT, registered, spent, now)
        room = self._room(tx)
        kept: list[DeadLetter] = []
        counted: list[DeadLetter] = []
        for letter in letters:
            if letter.again or (room > 0 and allowances.take(letter)):
                kept.append(letter)
                room -= size(letter)
            elif not letter.retained:
                counted.append(letter)
        write_dead_letters(tx, kept)
        known = registered | spent.keys() | {letter.sender for letter in kept}
        note_senders(tx, add_up(kept, counted, known, allowances), now)
        metrics.LETTERS_COUNTED.inc(len(counted))
        return kept + counted

    def _room(self, tx: Transaction) -> float:
        return float("inf") if self._limits.most_bytes is None else self._limits.most_bytes - letters_size(tx)
