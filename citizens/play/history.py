"""What the citizens of a demo reported before it began: each call at its time, between what people do with cases."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from cases.catalogue.categories import CaseCatalogue
from cases.play.player import Happening
from cases.play.reports import Spot
from citizens.errors import NameDoubt, PersonalData
from citizens.holding import IntakeHold
from citizens.play.agents import ORIGIN, Agents
from citizens.play.calls import PlannedCall, calls_of_day
from citizens.play.stories import Stories
from citizens.store.inbox import send_report
from citizens.store.intake import PlaceOutside, hold, take_up
from citizens.store.moderation import pass_text
from cityops.storage import Transaction, load_queries

SQL = load_queries("citizens")


@dataclass(frozen=True, slots=True)
class HistoryCalls:
    """The calls of the days before `today`, of the city's zone."""

    agents: Agents
    stories: Stories
    today: date
    language: str

    def happenings(self, day: date, _: CaseCatalogue, spots: Sequence[Spot]) -> Iterator[Happening]:
        """Yield the calls of a day, for the people who handle cases."""
        for call in calls_of_day(
            day,
            today=self.today,
            seed=self.agents.seed,
            stories=self.stories,
            spots=spots,
            zone=self.agents.zone,
            language=self.language,
        ):
            yield Happening(call.at, partial(self._begin, call))

    def _begin(self, call: PlannedCall, tx: Transaction) -> list[int]:
        """Let a call happen; return the cases that are others then."""
        agents, now = self.agents, call.at
        sent = send_report(tx, agents.heard(call.report), public_key=agents.public_key)
        if not sent.is_new:
            return []
        day_code = f"{now.astimezone(agents.zone):%Y%m%d}"
        report_id = int(tx.value(SQL["backdate_report"], number=sent.number, at=now, day_code=day_code))
        actor, areas = agents.somebody(now), agents.finder(tx)
        try:
            case_id = take_up(tx, report_id, actor=actor, areas=areas, now=now, zone=agents.zone, origin=ORIGIN)
        except PlaceOutside:
            hold(tx, report_id, IntakeHold.OUTSIDE)
            return []
        if call.answer:
            agents.answer(tx, case_id, call.answer, actor=actor, now=now)
            return []
        if call.is_public:
            with suppress(PersonalData, NameDoubt):
                pass_text(tx, report_id, call.report.said, actor=actor, now=now, origin=ORIGIN)
        return agents.join(tx, call, case_id, version=1, now=now)
