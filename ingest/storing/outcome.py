"""What became of the messages of a batch."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class StoringOutcome:
    """Counts of messages, readings, dead letters and alert changes."""

    messages: int = 0
    readings: int = 0
    stored: int = 0  # readings that were new; the others were there already
    dead: Counter[str] = field(default_factory=Counter)  # dead letters by field
    raised: int = 0
    cleared: int = 0
    flagged: Counter[str] = field(default_factory=Counter)  # readings by the quality test that they failed
    resent: int = 0  # reports of which every reading was there already
    replayed: int = 0  # dead letters that were processed again
    blocked: int = 0  # messages of sensors that are blocked, thrown away
    backlog: float = 0.0  # seconds that the messages waited at the broker, the longest
    newest: datetime | None = None  # device time of the newest reading

    def add(self, other: "StoringOutcome") -> None:
        """Take another batch's outcome in."""
        self.messages += other.messages
        self.readings += other.readings
        self.stored += other.stored
        self.dead.update(other.dead)
        self.raised += other.raised
        self.cleared += other.cleared
        self.flagged.update(other.flagged)
        self.resent += other.resent
        self.replayed += other.replayed
        self.blocked += other.blocked
        self.backlog = max(self.backlog, other.backlog)
        self.newest = max(filter(None, (self.newest, other.newest)), default=None)
