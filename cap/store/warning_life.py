"""One public warning as a round finds it, and who issues it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import tzinfo

from cap.chain import ChainAct, Facts, Said, Terms
from cap.events import EventKind, load_events
from cap.issuer import Issuer
from cap.messages.signatures import CapSigner
from cap.store.facts import Holding
from cityops.storage import Row

WATCH = "watch"
ENDS = (ChainAct.ALL_CLEAR, ChainAct.CANCEL)  # after these nothing stands


@dataclass(frozen=True, slots=True)
class Desk:
    """Who issues, with which key, by whose clocks; and whether all of it is an exercise."""

    issuer: Issuer
    signer: CapSigner
    zone: tzinfo
    is_exercise: bool
    national: Mapping[str, str]

    def event(self, name: str) -> EventKind:
        """Return an event, with the city's own code where it has one."""
        found = load_events()[name]
        return EventKind(
            **(asdict(found) | {"title": found.title, "national": self.national.get(name, found.national)})
        )


@dataclass(frozen=True, slots=True)
class Life:
    """One warning as this round finds it."""

    row: Row
    holding: Holding | None
    proposal: Row | None
    terms: Terms
    said: Said | None

    @property
    def warning_id(self) -> int:
        """Its number."""
        return int(self.row["warning_id"])

    @property
    def facts(self) -> Facts | None:
        """What holds of it."""
        return None if self.holding is None else self.holding.facts
