"""The dead letters of a batch, added up by sender. Pure."""

from collections.abc import Iterable, Sequence, Set

from cityops.storage import Transaction
from cityops.storage.devices.ledger import NOBODY
from cityops.storage.messages.dead_letters import DeadLetter
from cityops.storage.messages.letter_senders import (
    LetterSender,
    known_letters,
)
from ingest.dead_letters.allowances import LetterAllowances, size


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


def without_known(tx: Transaction, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
    """Return the letters without those that a broker repeats and that are stored already."""
    repeated = [letter for letter in letters if letter.retained]
    known = {id(repeated[place]) for place in known_letters(tx, repeated)}
    return [letter for letter in letters if id(letter) not in known]
