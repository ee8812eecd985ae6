"""What the citizens of a demo report while it runs: troubles of the day, and what their alerts are about too."""

import heapq
import itertools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from cases.play.reports import Spot
from citizens.play.agents import ORIGIN, Agents
from citizens.play.calls import PlannedCall, calls_about, question
from citizens.play.stories import Stories
from citizens.reports import Channel
from citizens.store.inbox import send_report
from citizens.store.intake import PlaceOutside, take_call
from cityops.storage import Database, Row, Transaction, load_queries

SQL = load_queries("citizens")
CALLS_EVERY = timedelta(minutes=9)  # on average
QUESTIONS = 0.25  # of all
NOTICED = timedelta(minutes=10)  # so old may an alert be that brings calls
MOST_NOTICED = 3  # alerts of one kind that people call about within that time: the rest they do not meet
MOST_CALLS = 10  # in one round
FORGOTTEN = timedelta(hours=6)  # after which nobody merges a report any more


@dataclass(slots=True)
class LivingCalls:
    """All who call from now on."""

    database: Database
    agents: Agents
    stories: Stories
    language: str
    _todo: list[tuple[datetime, int, PlannedCall]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _noticed: dict[int, tuple[str, datetime]] = field(default_factory=dict)  # alerts: kind, and since when
    _sent: dict[str, tuple[PlannedCall, datetime]] = field(default_factory=dict)  # what `watch` takes up
    _next: datetime | None = None

    def play_now(self, now: datetime) -> int:
        """Do what is due; return how many calls came."""
        with self.database.transaction() as tx:
            self._notice(tx, now)
            self._call_sometimes(tx, now)
            self._merge_sent(tx, now)
        done = 0
        while self._todo and self._todo[0][0] <= now and done < MOST_CALLS:
            with self.database.transaction() as tx:
                self._take(tx, heapq.heappop(self._todo)[2], now)
            done += 1
        return done

    def _take(self, tx: Transaction, call: PlannedCall, now: datetime) -> None:
        """Let a call come: agents take up what they hear, the rest waits for `watch`."""
        agents, said = self.agents, self.agents.heard(call.report)
        if said.channel is not Channel.HOTLINE:
            sent = send_report(tx, said, public_key=agents.public_key)
            if sent.is_new:
                self._sent[sent.number] = call, now
            return
        actor, areas, key = agents.somebody(now), agents.finder(tx), agents.public_key
        with suppress(PlaceOutside), tx.savepoint():
            zone = agents.zone
            taken = take_call(tx, said, actor=actor, public_key=key, areas=areas, now=now, zone=zone, origin=ORIGIN)
            if taken.is_new and call.answer:
                agents.answer(tx, taken.case_id, call.answer, actor=actor, now=now)
            elif taken.is_new:
                agents.join(tx, call, taken.case_id, version=1, now=now)

    def _merge_sent(self, tx: Transaction, now: datetime) -> None:
        """Merge what was sent meanwhile, once `watch` has taken it up."""
        self._sent = {number: told for number, told in self._sent.items() if now - told[1] < FORGOTTEN}
        for row in tx.rows(SQL["reports_taken_up"], numbers=list(self._sent)) if self._sent else ():
            call, _ = self._sent.pop(row["number"])
            self.agents.join(tx, call, row["case_id"], version=row["version"], now=now)

    def _notice(self, tx: Transaction, now: datetime) -> None:
        """Have people call about the alerts that they notice too."""
        troubles = {kind: trouble for trouble in self.stories.trouble for kind in trouble.kinds}
        self._noticed = {alert: told for alert, told in self._noticed.items() if now - told[1] < 2 * NOTICED}
        for row in tx.rows(SQL["alerts_people_notice"], since=now - NOTICED, kinds=list(troubles)):
            alert, kind = row["alert_id"], row["kind"]
            if alert in self._noticed or sum(told[0] == kind for told in self._noticed.values()) >= MOST_NOTICED:
                continue
            self._noticed[alert] = kind, now
            chance = Random(f"{self.agents.seed}/alert/{alert}")  # noqa: S311  (a story, no secret)
            at = now + timedelta(minutes=chance.uniform(1, 8))
            self._plan(calls_about(troubles[kind], _spot(row), at, chance, self.stories, self.language))

    def _call_sometimes(self, tx: Transaction, now: datetime) -> None:
        chance = Random(f"{self.agents.seed}/calls/{now}")  # noqa: S311
        waited = self._next is not None and self._next <= now
        if self._next is None or waited:
            self._next = now + CALLS_EVERY * chance.uniform(0.3, 1.7)
        spots = [_spot(row) for row in tx.rows(SQL["spots_of_calls"])] if waited else []
        if not spots:
            return
        if chance.random() < QUESTIONS:
            self._plan([question(now, chance, self.stories, self.language)])
            return
        hour = now.astimezone(self.agents.zone).hour
        met = [
            one for one in self.stories.trouble if any(one.hours[0] <= at < one.hours[1] for at in (hour, hour + 24))
        ]
        trouble = chance.choices(met, [one.often for one in met])[0]
        self._plan(calls_about(trouble, chance.choice(spots), now, chance, self.stories, self.language))

    def _plan(self, calls: Iterable[PlannedCall]) -> None:
        for call in calls:
            heapq.heappush(self._todo, (call.at, next(self._order), call))


def _spot(row: Row) -> Spot:
    return Spot(row["area"], row["lon"], row["lat"], row["name"])
