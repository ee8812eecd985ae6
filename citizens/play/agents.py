"""The agents whom the citizens of a demo reach: they take reports up, answer questions, and merge what is the same.

They act through the same functions as people; what is refused to people is refused to them.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from cases.errors import ActForbidden, ActRefused, CaseChanged, CaseTaken
from cases.life.case import Case
from cases.life.details import CallBack
from cases.life.posts import CaseActor, Post
from cases.life.transitions import Act
from cases.play.cast import someone
from cases.play.player import ToCome
from cases.store.acting import perform
from cases.store.merging import merge
from citizens.calls import CallNote, Solved
from citizens.persons.contact import NOBODY
from citizens.places import AreaFinder
from citizens.play.calls import PlannedCall
from citizens.reports import NewReport
from citizens.store.calls import record_call
from citizens.store.intake import load_finder
from cityops.storage import Transaction, load_queries

SQL = load_queries("citizens")
ORIGIN = "play"
LOST = (ActForbidden, ActRefused, CaseChanged, CaseTaken)  # somebody of flesh and blood was first


@dataclass(slots=True)
class Agents:
    """All of them. `public_key` seals contacts: without it nobody gives one. `cases`: the first of each incident."""

    zone: ZoneInfo
    seed: int
    public_key: str | None = None
    cases: dict[str, int] = field(default_factory=dict)
    _areas: AreaFinder | None = None

    def somebody(self, now: datetime) -> CaseActor:
        """Return who has the telephone."""
        return someone(Post.ACCEPTOR, Random(f"{self.seed}/agents/{now}"))  # noqa: S311  (a story, no secret)

    def finder(self, tx: Transaction) -> AreaFinder:
        """Return what tells in which area a place lies."""
        if self._areas is None:
            self._areas = load_finder(tx)
        return self._areas

    def heard(self, report: NewReport) -> NewReport:
        """Return what is sent of a report."""
        return report if self.public_key else replace(report, contact=NOBODY, wants_call=False)

    def answer(self, tx: Transaction, case_id: int, answer: str, *, actor: CaseActor, now: datetime) -> None:
        """Answer a question at once."""
        perform(tx, case_id, Act.ANSWER, version=1, actor=actor, now=now, reason=answer, origin=ORIGIN)

    def call_back(self, tx: Transaction, what: ToCome, now: datetime) -> Case | None:
        """Call back somebody of a case as its step says; None where nobody of it is known to be left."""
        report_id = tx.value(SQL["next_to_call"], case_id=what.case_id)
        step, said = what.step, what.step.details
        if report_id is None or not isinstance(said, CallBack):
            return None
        return record_call(tx, report_id, _note(said), version=what.version, actor=step.actor, now=now, origin=ORIGIN)

    def join(self, tx: Transaction, call: PlannedCall, case_id: int, *, version: int, now: datetime) -> list[int]:
        """Merge the case of a call into the first one of its incident, where somebody can know that it is the same.

        Return the cases that are others then.
        """
        if call.is_wrong:
            return [case_id]
        first = self.cases.setdefault(call.incident, case_id)
        if first != case_id:
            with suppress(*LOST), tx.savepoint():
                merge(tx, case_id, first, version=version, actor=self.somebody(now), now=now, origin=ORIGIN)
                return [case_id, first]
        return [case_id]


def _note(said: CallBack) -> CallNote:
    """Return what is noted of a call; who is told why it was not done, and takes it, had it explained."""
    if not said.reached:
        return CallNote(None)
    solved = Solved.SOLVED if said.solved else Solved.NOT_SOLVED if said.again else Solved.EXPLAINED
    return CallNote(solved, said.satisfaction)
