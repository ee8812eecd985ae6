"""Dead letters on their way into the database: each is kept whole, or only counted, or known already."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from cityops.storage import Transaction
from cityops.storage.devices.ledger import NOBODY
from cityops.storage.messages.dead_letters import DeadLetter, write_dead_letters
from cityops.storage.messages.letter_senders import (
    LetterSender,
    known_letters,
    letters_size,
    lock_senders,
    note_senders,
)
from ingest import metrics
from ingest.dead_letters.allowances import LetterAllowances, LetterLimits, payers_of, size

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
        letters = _without_known(tx, letters)
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


def add_up(
    kept: Iterable[DeadLetter], counted: Iterable[DeadLetter], known: Set[str], allowances: LetterAllowances
) -> list[LetterSender]:
    """Add up a batch by sender. What senders said that are not known is nobody's.

    Else a stranger who invents a name for each message would make a row for each.
    """
    found: dict[str, LetterSender] = {}

    def note(letter: DeadLetter, *, kept: bool) -> None:
        name = letter.sender if letter.sender in known else NOBODY
        sender = found.setdefault(name, LetterSender(name))
        sender.last = letter
        sender.kept += kept
        sender.counted += not kept
        sender.bytes += kept * size(letter)
        if name not in allowances.registered:  # strangers pay together, too
            found.setdefault(NOBODY, LetterSender(NOBODY, last=letter))

    for letter in kept:
        note(letter, kept=True)
    for letter in counted:
        note(letter, kept=False)
    for sender in found.values():
        sender.spent = allowances.of(sender.sensor_id).spent
    return list(found.values())


def _without_known(tx: Transaction, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
    """Return the letters without those that a broker repeats and that are stored already."""
    repeated = [letter for letter in letters if letter.retained]
    known = {id(repeated[place]) for place in known_letters(tx, repeated)}
    return [letter for letter in letters if id(letter) not in known]
