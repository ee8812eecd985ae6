"""Plays the people of a demo on the real store: a month of history at once, then what happens while it runs.

Every act goes through the transition table as anybody's would: what it refuses to people it refuses here.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from threading import Event
from zoneinfo import ZoneInfo

from cases.catalogue.categories import CaseCatalogue
from cases.clock.calendar import WorkCalendar
from cases.clock.calendar_files import CITY
from cases.errors import ActForbidden, ActRefused, CaseChanged, CaseTaken
from cases.life.case import Case
from cases.life.details import Closing, Details, Naming
from cases.life.transitions import Act
from cases.photo_files import read_photo
from cases.play.pictures import draw_picture
from cases.play.play_step import PlayStep
from cases.play.played_case import PlayedCase
from cases.play.reports import NewCase, Spot, new_case, reports_of_day
from cases.play.steps import next_step
from cases.store.acting import perform, report
from cases.store.case_store import find_case
from cases.store.catalogue.calendars import StoredCalendars, calendar_in_force, seed_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.catalogue.catalogue_versions import load_catalogue, standards_of
from cases.store.photos import add_photo
from cases.store.proposals import closing_of, dispatching_of, filing_of, proposed_route
from cityops.operations.watchdog import show_progress
from cityops.storage import Database, Transaction, load_queries

SQL = load_queries("cases")
ORIGIN = "play"
MOST_ACTS = 20  # in one transaction of the live city
REPORTS_EVERY = timedelta(minutes=4)  # on average
LOST = (ActForbidden, ActRefused, CaseChanged, CaseTaken)  # somebody of flesh and blood was first


@dataclass(frozen=True, slots=True)
class ToCome:
    """A step with the case as it is when it is taken."""

    case_id: int
    version: int
    step: PlayStep


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of the history that people do not plan. `begin` does it; it returns the cases that are others then."""

    at: datetime
    begin: Callable[[Transaction], Sequence[int]]


Others = Callable[[date, CaseCatalogue, Sequence[Spot]], Iterable[Happening]]
"""What else happens on a day of the city."""


Calling = Callable[[Transaction, ToCome, datetime], Case | None]
"""Calls somebody of a case back as its step says and returns the case; None where it is known of nobody."""


class _Stopped(Exception):
    """The transaction is to end without a trace."""


@dataclass(slots=True)
class Player:
    """All the people of a demo. `plans`: what is to come of each open case, as it was seen at a version."""

    database: Database
    zone: ZoneInfo
    seed: int
    plans: dict[tuple[int, int], PlayStep | None] = field(default_factory=dict)
    stopping: Event = field(default_factory=Event)
    next_report: datetime | None = None
    calendars: dict[tuple[str, int], WorkCalendar] = field(default_factory=dict)
    others: Others | None = None  # who calls, then; without them some of the reports are calls
    calling: Calling | None = None  # how they are called back

    def play_history(self, days: int, now: datetime) -> int | None:
        """Play the days before now, all of it or nothing; return how many cases there are.

        None while the city has no sensors, so nowhere for anything to happen. A city with cases keeps its own. Told to
        stop, it leaves nothing.
        """
        with suppress(_Stopped):
            return self._play_history(days, now)
        return None

    def _play_history(self, days: int, now: datetime) -> int | None:
        with self.database.transaction() as tx:
            tx.execute(SQL["hold_cases"])  # nobody notes as overdue today what was handled weeks ago
            spots = _spots(tx)
            known = int(tx.value(SQL["count_cases"]))
            if known or not spots or not days:
                return known if known or spots else None
            catalogue = _prepare(tx, self.zone, now)
            today = now.astimezone(self.zone).date()
            happenings = [
                one
                for back in range(days, -1, -1)
                for one in self._day(today - timedelta(days=back), catalogue, spots)
                if one.at <= now
            ]
            self._play(tx, happenings, now)
            return int(tx.value(SQL["count_cases"]))

    def play_now(self, now: datetime) -> int:
        """Do what is due in the living city; return how many acts were done."""
        with self.database.transaction() as tx:
            self._look(tx)
            plans = [ToCome(*key, step) for key, step in self.plans.items() if step is not None and step.at <= now]
            due = sorted(plans, key=lambda one: (one.step.at, one.case_id))
            for one in due[:MOST_ACTS]:
                with suppress(*LOST), tx.savepoint():
                    self._do(tx, one, now)
                # What was refused is looked at again when the case is another.
                self.plans[one.case_id, one.version] = None
            return len(due[:MOST_ACTS]) + self._report_something(tx, now)

    def _day(self, day: date, catalogue: CaseCatalogue, spots: Sequence[Spot]) -> Iterator[Happening]:
        for one in reports_of_day(day, seed=self.seed, catalogue=catalogue, spots=spots, zone=self.zone):
            if self.others is None or not one.said.callers:
                yield Happening(one.at, partial(self._report, one))
        if self.others is not None:
            yield from self.others(day, catalogue, spots)

    def _play(self, tx: Transaction, happenings: Sequence[Happening], now: datetime) -> None:
        """Let everything happen in the order of its time, on all cases at once."""
        order = itertools.count()  # of two at the same moment
        todo: list[tuple[datetime, int, Happening | ToCome]] = [(one.at, next(order), one) for one in happenings]
        heapq.heapify(todo)
        versions: dict[int, int] = {}
        while todo:
            show_progress()
            if self.stopping.is_set():
                raise _Stopped
            at, _, what = heapq.heappop(todo)
            if isinstance(what, Happening):
                changed = [(one, find_case(tx, one)) for one in what.begin(tx)]
            elif versions[what.case_id] != what.version:
                continue  # somebody else did something with it meanwhile; what follows is planned anew
            else:
                changed = [(what.case_id, self._do(tx, what, at))]
            for case_id, case in changed:
                versions[case_id] = case.version
                step = next_step(self._scene(tx, case_id, case, at))
                if step is not None and step.at <= now:
                    heapq.heappush(todo, (step.at, next(order), ToCome(case_id, case.version, step)))

    def _report(self, one: NewCase, tx: Transaction) -> list[int]:
        return [report(tx, one.said, one.place, actor=one.actor, now=one.at, zone=self.zone, origin=ORIGIN)]

    def _look(self, tx: Transaction) -> None:
        """Plan for every open case that is another than when it was last seen, and forget the others."""
        seen = {(row["case_id"], row["version"]): row["at"] for row in tx.rows(SQL["open_case_versions"])}
        self.plans = {key: step for key, step in self.plans.items() if key in seen}
        for (case_id, version), at in seen.items():
            if (case_id, version) not in self.plans:
                step = next_step(self._scene(tx, case_id, find_case(tx, case_id), at))
                self.plans[case_id, version] = None if step is None or step.is_timers else step

    def _report_something(self, tx: Transaction, now: datetime) -> int:
        chance = Random(f"{self.seed}/{now}")  # noqa: S311  (a story, no secret)
        waited = self.next_report is not None and self.next_report <= now
        if self.next_report is None or waited:
            self.next_report = now + REPORTS_EVERY * chance.uniform(0.3, 1.7)
        catalogue, spots = (load_catalogue(tx), _spots(tx)) if waited else (None, [])
        if catalogue is None or not spots:
            return 0
        one = new_case(now, chance, catalogue, spots)
        if self.others is not None and one.said.callers:
            return 0
        self._report(one, tx)
        return 1

    def _scene(self, tx: Transaction, case_id: int, case: Case, at: datetime) -> PlayedCase:
        key = case.calendar if case.clock is not None else (CITY, calendar_in_force(tx, CITY) or 0)
        if key not in self.calendars:
            self.calendars[key] = StoredCalendars(tx)[key]
        return PlayedCase(case, at, f"{self.seed}/{case_id}", self.calendars[key])

    def _do(self, tx: Transaction, what: ToCome, now: datetime) -> Case:
        step = what.step
        called = self.calling(tx, what, now) if step.act is Act.CALL_BACK and self.calling is not None else None
        if called is not None:
            return called
        if getattr(step.details, "photos", ()):
            photo = read_photo(draw_picture(f"{self.seed}/{what.case_id}/{what.version}"))
            add_photo(tx, what.case_id, photo, actor=step.actor.name, now=now)
        details = step.details or self._details(tx, what.case_id, step.act, now)
        holds = isinstance(details, Closing) and details.still_holds
        return perform(
            tx,
            what.case_id,
            step.act,
            version=what.version,
            actor=step.actor,
            now=now,
            reason="报警条件仍在，已另行处置" if holds else step.reason,
            details=details,
            origin=ORIGIN,
        )

    def _details(self, tx: Transaction, case_id: int, act: Act, now: datetime) -> Details | None:
        case = find_case(tx, case_id)
        match act:
            case Act.FILE:
                standards = standards_of(tx, case.category)
                chosen = Random(f"{self.seed}/{case_id}/standard").choice(standards)  # noqa: S311
                return filing_of(tx, chosen.standard, area=case.area)
            case Act.DISPATCH:
                return dispatching_of(tx, case, now=now, lead=case.designated)
            case Act.ARBITRATE:
                return Naming(department=proposed_route(tx, case, now=now).lead)
            case Act.CLOSE:
                return closing_of(tx, case_id, case)
            case _:
                return None


def _prepare(tx: Transaction, zone: ZoneInfo, now: datetime) -> CaseCatalogue:
    """Give an empty city what `cityops watch` would give it in a moment."""
    seed_calendar(tx, zone, actor=ORIGIN, now=now)
    seed_catalogue(tx, actor=ORIGIN, now=now)
    catalogue = load_catalogue(tx)
    if catalogue is None:
        raise AssertionError
    return catalogue


def _spots(tx: Transaction) -> list[Spot]:
    return [Spot(row["area_code"], row["lon"], row["lat"], row["name"]) for row in tx.rows(SQL["spots"])]
