"""The conditions of time and place, judged by the clock: what `watch` does for detection.

Ingest judges what readings say, in their own transaction. Here is the rest: silence, values that do not move,
indices over minutes and hours; signs that two workers stored at the same moment; and what is left of rules that
were switched off.

Ingest waits for the conditions that a round holds locked. So each rule has a transaction of its own, which changes few
series; what is left follows in the next round.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from alerts import conditions
from alerts.board.retirement import without_retired
from alerts.conditions import (
    Aqi,
    DeliveryCondition,
    Flat,
    LostQueue,
    Missing,
    MissingReports,
    Rainstorm,
    Tpi,
    Unheard,
    WarningInForce,
    Widespread,
    WrongClock,
)
from alerts.detection import timed
from alerts.detection.alert_change import DetectionResult
from alerts.detection.condition_state import ConditionKey, ConditionState
from alerts.detection.detect import combine, is_combined, retire
from alerts.detection.plan import looks_at
from alerts.detection.timed import TimedResult
from alerts.evaluation import delivery, index_queries, timed_queries
from alerts.evaluation.condition_pace import ConditionPace
from alerts.evaluation.condition_store import courses_of, courses_without_rule
from alerts.evaluation.engine import Engine
from alerts.evaluation.road_network import RoadNetwork
from alerts.evaluation.seen import follow_seen
from alerts.evaluation.series_reader import report_pace
from alerts.evaluation.widespread import WidespreadEvaluator
from alerts.rules import readable_rules
from alerts.rules.definitions import Rule
from alerts.rules.faults import RuleFault
from cityops.clock import microseconds
from cityops.standards.tables import Standards
from cityops.storage import Database, StorageError, Transaction, load_queries
from cityops.storage.operations.incarnation import IncarnationCheck
from cityops.storage.operations.job_parts import JobParts
from cityops.storage.readings.traffic import read_passages

SQL = load_queries("alerts")

NOBODY_HEARD = timedelta(seconds=60)  # when nothing comes from anywhere, no single sensor is to blame
MOST_SERIES = 500  # of which a rule changes something in one round


class TimedEvaluator:
    """Judges rules by the clock. It remembers when it asked for what, and since when anybody is heard at all.

    `clock` (monotonic seconds) tells how long it takes to ask; where time is played, as by default, that is nothing.
    """

    def __init__(self, engine: Engine, standards: Standards, *, clock: Callable[[], float] = lambda: 0.0) -> None:
        self._engine = engine
        self._clock = clock
        self._standards = standards
        self._incarnation = IncarnationCheck()
        self._forget()

    def _forget(self) -> None:
        """Begin as if nothing was known: this program has started, or the database is another one."""
        self._roads = RoadNetwork()
        self._delivery = delivery.Delivery()
        self._widespread = WidespreadEvaluator(self._engine)
        self._started = False
        self._has_strays = False  # what rules that were changed no longer look at, and has not been ended
        self._told_revision = -1  # of the rules: up to which people are told of those that cannot be read
        self._pace = ConditionPace()
        self._listening_since: datetime | None = None

    def do_round(self, database: Database, now: datetime) -> DetectionResult | None:
        """Judge what is due. None when another watch is doing it. Raises StorageError.

        A rule whose statement fails is noted (`operations.job_failures`) and asked again; the others go on.
        """
        with database.transaction() as tx:
            if not tx.value(SQL["lead_conditions"]):
                return None
            found = self._begin_round(tx, now)
        for condition in self._pace.due(now):
            began = self._clock()
            for rule in self._rules_with(condition):
                with database.transaction() as tx:
                    if not tx.value(SQL["lead_conditions"]):
                        return found  # another watch took over
                    found += self._judge_alone(tx, rule, now)
            self._pace.note(condition, timedelta(seconds=self._clock() - began))
        return found

    def _begin_round(self, tx: Transaction, now: datetime) -> DetectionResult:
        """Take up rules that were changed, and judge what is asked in every round."""
        if self._incarnation.has_changed(tx):
            self._forget()
            self._engine.forget()
        parts, found = JobParts(tx, "conditions"), DetectionResult()
        if not self._started:
            self._engine.start(tx, now)
        if not self._started or self._engine.refresh(tx, now, at_least=timedelta(0)):
            self._has_strays = True
        if self._has_strays:
            with parts.run("changed rules"):
                found += self._retire_strays(tx, now)
        revision = self._engine.revision
        if revision != self._told_revision:
            with parts.run("rules that cannot be read"):
                readable_rules.note_unreadable(tx, self._engine.catalogue)
        with parts.run("places"):
            found += self._judge_places(tx, now)
        with parts.run("rules switched off"):
            found += self._retire(tx, now)
        some = found.first(MOST_SERIES)
        self._has_strays = self._has_strays and some is not found
        found = self._carry_out(tx, some, now)
        parts.note(now)
        self._started, self._told_revision = True, revision
        return found

    def _judge_alone(self, tx: Transaction, rule: Rule, now: datetime) -> DetectionResult:
        """Judge one rule in its own transaction. When it has more to change than may be at once, it is due again."""
        parts, found = JobParts(tx, "conditions"), DetectionResult()
        with parts.run(rule.id):
            found = self._judge_rule(tx, rule, now)
        some = found.first(MOST_SERIES)
        if some is not found:
            self._pace.ask_again(type(rule.when))
        found = self._carry_out(tx, some, now)
        parts.note(now)
        return found

    def _carry_out(self, tx: Transaction, found: DetectionResult, now: datetime) -> DetectionResult:
        found = without_retired(tx, found)
        self._engine.carry_out(tx, found, now)
        return found

    def _judge_places(self, tx: Transaction, now: datetime) -> DetectionResult:
        """Combine the signs of all rules that do: two workers that store theirs at once do not see each other's."""
        rules = [rule.id for rule in self._engine.plan.rules.values() if is_combined(rule)]
        courses = courses_of(tx, rules)
        self._engine.meet(tx, np.array([key.series_id for key in courses], dtype=np.int64), now)
        values = _values(tx, courses)
        busy = {key.rule_id for key in courses}
        silent = report_pace(tx, {key.series_id for key in courses}, now).silent
        return combine(self._engine.plan, busy, courses, values=values, moment=microseconds(now), silent=silent)

    def _rules_with(self, condition: type) -> list[Rule]:
        return [rule for rule in self._engine.plan.rules.values() if isinstance(rule.when, condition)]

    def _judge_rule(self, tx: Transaction, rule: Rule, now: datetime) -> DetectionResult:
        """Judge one rule. One that itself is wrong is switched off; a statement that fails raises StorageError."""
        try:
            return self._conclude(tx, rule, courses_of(tx, [rule.id]), now)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  (as for readings: reported, never in the way of the others)
            words = f"{type(error).__name__}: {error}"
            return DetectionResult(faults={rule.id: RuleFault(words, self._any_series(tx, rule))})

    def _conclude(
        self, tx: Transaction, rule: Rule, courses: Mapping[ConditionKey, ConditionState], now: datetime
    ) -> DetectionResult:
        seen = self._look(tx, rule, {key.series_id for key in courses}, now)
        if seen is None:
            return DetectionResult()
        found, seen = self._widespread.judge(tx, rule, seen, courses, now)
        return found + follow_seen(rule, seen, courses, now, over=f"the condition of {rule.id} is over")

    def _any_series(self, tx: Transaction, rule: Rule) -> int | None:
        """Return a series on which the fault of a rule can hang; None when no sensor concerns it."""
        found: int | None = tx.value(SQL["any_series"], kind=rule.kind)
        return found

    def _look(self, tx: Transaction, rule: Rule, own: set[int], now: datetime) -> TimedResult | None:
        """Look at one rule; `own`: the series on which its condition stands."""
        sight: TimedResult | None = None
        match rule.when:
            case Missing() as when:
                sight = self._missing(tx, rule, when, own, now)
            case WrongClock() as when:
                sight = timed_queries.wrong_clocks(tx, rule, when, own=own)
            case Flat() as when:
                sight = timed_queries.flat(
                    tx, rule, when, now, floor=self._engine.catalogue.metric[when.metric].flat_above
                )
            case Aqi() | Rainstorm() | WarningInForce() as when:
                sight = self._look_around(tx, rule, when, own, now)
            case Tpi() as when:
                sight = self._traffic(tx, rule, when, own, now)
            case conditions.Fault():
                sight = timed_queries.faults(tx, rule, own=own)
            case Widespread() as when if when.rule not in self._engine.plan.rules:
                sight = TimedResult(clearing=own)  # else in the turn of that rule
            case Unheard() | LostQueue() | MissingReports() as when:
                sight = self._look_at_delivery(tx, rule, when, own, now)
        return sight

    def _look_around(
        self,
        tx: Transaction,
        rule: Rule,
        when: Aqi | Rainstorm | WarningInForce,
        own: set[int],
        now: datetime,
    ) -> TimedResult:
        match when:
            case Aqi():
                return index_queries.air(tx, rule, when, now)
            case Rainstorm():
                return index_queries.storm(tx, rule, when, now, standards=self._standards)
            case WarningInForce():
                return timed_queries.warnings_of_others(tx, rule, when, now, own=own)

    def _missing(self, tx: Transaction, rule: Rule, when: Missing, own: set[int], now: datetime) -> TimedResult | None:
        """Silence of one sensor; while nobody is heard, or was until a moment ago, nobody is missed."""
        newest = tx.value(SQL["anybody_heard"])
        if newest is None or now - newest > NOBODY_HEARD:
            self._listening_since = None
            return None
        self._listening_since = self._listening_since or now
        before = now - timedelta(seconds=when.seconds)
        rows = tx.rows(SQL["heard_last"], kind=rule.kind, before=before, own=sorted(own))
        heard = [
            (place, microseconds(row["heard_at"]), row["interval_seconds"])
            for place, row in timed_queries.concerned(rule, rows)
        ]
        return timed.missing(when, heard, listening_since=microseconds(self._listening_since), now=microseconds(now))

    def _look_at_delivery(
        self, tx: Transaction, rule: Rule, when: DeliveryCondition, own: set[int], now: datetime
    ) -> TimedResult | None:
        match when:
            case Unheard():
                urgent = {one.kind for one in self._engine.plan.rules.values() if one.severity == delivery.URGENT}
                return self._delivery.unheard(tx, rule, when, own=own, urgent=urgent, now=now)
            case LostQueue():
                return delivery.lost_queue(tx, rule, when, own=own, now=now)
            case MissingReports():
                return delivery.missing_reports(tx, rule, when, own=own, now=now)

    def _traffic(self, tx: Transaction, rule: Rule, when: Tpi, own: set[int], now: datetime) -> TimedResult:
        until = now.replace(second=0, microsecond=0)
        detectors = read_passages(tx, start=until - timedelta(minutes=when.minutes), end=until, kind=rule.kind)
        links = [(place, seen) for row, seen in detectors for place, _ in timed_queries.concerned(rule, [row])]
        return timed.traffic(when, links, own=own, standards=self._standards, roads=self._roads.read(tx))

    def _retire(self, tx: Transaction, now: datetime) -> DetectionResult:
        """End what is left of rules that people switched off."""
        left = courses_without_rule(tx)
        if not left:
            return DetectionResult()
        rules = self._engine.rules_switched_off(tx, {key.rule_id for key in left})
        return retire(rules, left, moment=microseconds(now), reason="the rule was switched off")

    def _retire_strays(self, tx: Transaction, now: datetime) -> DetectionResult:
        """End what a rule no longer looks at, now that it was changed."""
        plan = self._engine.plan
        courses = courses_of(tx, plan.rules)
        self._engine.meet(tx, np.array([key.series_id for key in courses], dtype=np.int64), now)
        roster = self._engine.plan.roster.by_id
        strays = {
            key: course
            for key, course in courses.items()
            if key.series_id in roster and not looks_at(plan.rules[key.rule_id], key.part, roster[key.series_id])
        }
        return retire(plan.rules.values(), strays, moment=microseconds(now), reason="the rule no longer looks at it")


def _values(tx: Transaction, courses: Iterable[ConditionKey]) -> dict[int, float]:
    series = sorted({key.series_id for key in courses})
    rows = tx.rows(SQL["latest_values"], series=series) if series else []
    return {row["series_id"]: row["value"] for row in rows}
