"""Cases that may be one matter, as a page and a program see them, and which of the two would follow the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.life.acts import choose_actor
from cases.life.case import Case
from cases.life.posts import CaseActor
from cases.life.rehearsal import why_not
from cases.life.transitions import TRANSITIONS, Act
from cases.store.similar import SimilarCase
from cityops.storage import Row
from dashboard.cases.words import CaseWords


@dataclass(frozen=True, slots=True)
class MergeOffer:
    """The later case follows the earlier. `why_not`: why it cannot be merged now; "" when it can."""

    child: int
    version: int
    master: int
    why_not: str


@dataclass(frozen=True, slots=True)
class SimilarLine:
    """A similar case in words; no `offer` for who may never merge."""

    case_id: int
    number: str
    severity: int
    what: str
    where: str
    state: str
    state_word: str
    metres: int
    apart: timedelta
    is_same_category: bool
    offer: MergeOffer | None

    def facts(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        offer = self.offer
        return {
            "id": self.case_id,
            "number": self.number,
            "state": self.state,
            "severity": self.severity,
            "what": self.what,
            "metres": self.metres,
            "minutes_apart": int(self.apart.total_seconds() // 60),
            "same_category": self.is_same_category,
            "merge": offer
            and {
                "case": offer.child,
                "version": offer.version,
                "master": offer.master,
                "why_not": offer.why_not or None,
            },
        }


def similar_lines(
    found: Sequence[SimilarCase], row: Row, case: Case, held: Sequence[CaseActor], words: CaseWords, now: datetime
) -> list[SimilarLine]:
    """Return what is similar to a case (its row and itself) for somebody who holds these posts."""
    return [_line(one, row, case, held, words, now) for one in found]


def _line(
    one: SimilarCase, row: Row, case: Case, held: Sequence[CaseActor], words: CaseWords, now: datetime
) -> SimilarLine:
    other, alike = one.row, one.similarity
    child, master = ((other, row), (row, other))[not alike.is_later]
    may = any(actor.post in TRANSITIONS[Act.MERGE].posts for actor in held)
    return SimilarLine(
        alike.case_id,
        other["number"],
        other["severity"],
        words.category(other["category"]) if other["category"] else other["summary"],
        other["address"],
        other["state"],
        words.say(f"case_state.{other['state']}"),
        alike.metres,
        alike.apart,
        alike.is_same_category,
        _offer(child, master, one.case if alike.is_later else case, held, now) if may and case.is_open else None,
    )


def _offer(child: Row, master: Row, case: Case, held: Sequence[CaseActor], now: datetime) -> MergeOffer:
    forbidden = why_not(case, Act.MERGE, choose_actor(held, Act.MERGE, case), now)
    return MergeOffer(child["case_id"], child["version"], master["case_id"], forbidden)
