"""How many dead letters of a sender are kept whole: an allowance of letters an hour; the rest is counted. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.storage.devices.ledger import NOBODY
from cityops.storage.messages.dead_letters import DeadLetter

LETTER_BYTES = 1024  # a larger letter counts as several
STRANGERS = 10  # times the allowance of one is what all senders together have that are not registered
ROW_BYTES = 300  # of a letter beside its payload and topic; the database says the same (letter_bytes)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LetterLimits:
    """What is kept of dead letters: of one sender an hour, and of all in bytes; None is no limit."""

    per_hour: int | None = None
    most_bytes: int | None = None


UNLIMITED = LetterLimits()


@dataclass(slots=True)
class LetterAllowance:
    """Letters of an hour, and how many are spent. The last one may overdraw it, so that a large one is seen at all."""

    per_hour: int
    spent: float = 0.0

    def refill(self, since: timedelta) -> None:
        """Let time pass; a clock that was set back gives nothing."""
        self.spent = max(0.0, self.spent - max(since, timedelta()) / _HOUR * self.per_hour)

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.spent >= self.per_hour


class LetterAllowances:
    """The allowances of the senders of a batch. `spent`: what each had spent at which moment (UTC), where known."""

    def __init__(
        self,
        per_hour: int,
        registered: Container[str],
        spent: Mapping[str, tuple[float, datetime]],
        now: datetime,
    ) -> None:
        self.registered = registered
        self._per_hour = per_hour
        self._spent = spent
        self._now = now
        self._known: dict[str, LetterAllowance] = {}

    def take(self, letter: DeadLetter) -> bool:
        """Whether a letter may be kept whole; it is paid for then."""
        payers = [self.of(letter.sender)]
        if letter.sender not in self.registered and letter.sender != NOBODY:
            payers.append(self.of(NOBODY))
        if any(payer.is_spent for payer in payers):
            return False
        for payer in payers:
            payer.spent += weight(letter)
        return True

    def of(self, sender: str) -> LetterAllowance:
        """Return the allowance of a sender; NOBODY's is that of all senders together that are not registered."""
        if sender not in self._known:
            spent, at = self._spent.get(sender, (0.0, self._now))
            per_hour = self._per_hour * (STRANGERS if sender == NOBODY else 1)
            allowance = LetterAllowance(
                per_hour, min(spent, 2.0 * per_hour)
            )  # a limit that was made lower holds from now on
            allowance.refill(self._now - at)
            self._known[sender] = allowance
        return self._known[sender]


def size(letter: DeadLetter) -> int:
    """Return how many bytes a letter takes, about."""
    return ROW_BYTES + len(letter.payload) + len(letter.topic.encode("utf-8", "surrogatepass"))


def weight(letter: DeadLetter) -> int:
    """Return as how many letters it counts."""
    return 1 + size(letter) // LETTER_BYTES


def payers_of(letters: Iterable[DeadLetter], registered: Container[str]) -> set[str]:
    """Return the senders whose allowances these letters need."""
    senders = {letter.sender for letter in letters}
    return senders | {NOBODY} if any(sender not in registered for sender in senders) else senders
