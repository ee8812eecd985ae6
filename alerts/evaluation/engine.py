"""Detection inside a transaction: an alert exists exactly when the reading that raised it does."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.board import store
from alerts.detection.alert_change import AlertChange, DetectionResult
from alerts.detection.detect import CHINA, detect, is_combined
from alerts.detection.flapping import thin
from alerts.detection.plan import DetectionPlan, make_plan
from alerts.detection.readings import Readings
from alerts.detection.series_index import Series, SeriesIndex
from alerts.detection.stream import pick, rates_among
from alerts.detection.zeros import drop_empty_zeros
from alerts.evaluation.condition_store import busy_series, lock_courses, store_courses
from alerts.evaluation.series_reader import load_series, report_pace, seen_times
from alerts.lifecycle import Event
from alerts.rules import readable_rules
from alerts.rules import store as rule_store
from alerts.rules.definitions import RULE_FAULT, Rule
from alerts.rules.faults import RuleFault
from cityops.catalogue import Catalogue
from cityops.clock import from_microseconds, microseconds
from cityops.readings import Quality
from cityops.storage import StorageError, Transaction, load_queries
from cityops.storage.operations.job_failures import describe_failure, log_outcomes, note_outcomes

logger = logging.getLogger(__name__)
SQL = load_queries("alerts")

LOOK_AGAIN = timedelta(seconds=1)  # how often an engine asks whether rules changed
FORGET_PLACES = timedelta(minutes=5)  # and how often where sensors stand
LEARNED_AGAIN = 500  # series of a batch, for that: of a hundred thousand sensors at once it would take seconds
_SECOND = 1_000_000  # µs


class Engine:
    """The rules of one city, applied batch by batch. What it remembers it can read again: the database has it all.

    `rules` are those of the file; in force is what the table says.
    """

    def __init__(self, rules: Sequence[Rule], catalogue: Catalogue, zone: ZoneInfo = CHINA) -> None:
        self._from_file = list(rules)
        self._catalogue = catalogue
        self._zone = zone
        self._rules: list[Rule] = []
        self._roster = SeriesIndex()
        self._plan: DetectionPlan = make_plan([], self._roster)
        self._revision = -1
        self._looked_at: datetime | None = None
        self._learned_at: datetime | None = None
        self._doubtful: list[int] = []  # series of which it was long ago that we asked
        self._moved: set[int] = set()  # series whose sensors were changed, and that were not asked for again yet

    @property
    def catalogue(self) -> Catalogue:
        """What the city measures."""
        return self._catalogue

    @property
    def revision(self) -> int:
        """Which state of the table of rules is taken up."""
        return self._revision

    @property
    def plan(self) -> DetectionPlan:
        """The rules in force over the series known so far."""
        return self._plan

    def start(self, tx: Transaction, now: datetime) -> None:
        """Store the file's rules, and take up those in force."""
        rule_store.store_rules(tx, self._from_file, now)
        self._looked_at = None
        self.refresh(tx, now)

    def refresh(self, tx: Transaction, now: datetime, *, at_least: timedelta = LOOK_AGAIN) -> bool:
        """Take up rules that were changed. Return whether there were any."""
        if self._looked_at is not None and now - self._looked_at < at_least:
            return False
        self._looked_at = now
        revision = rule_store.revision(tx)
        if revision == self._revision:
            return False
        self._revision = revision
        self._rules = readable_rules.rules_in_force(tx, self._catalogue)
        self._plan = make_plan(self._rules, self._roster)
        return True

    def judge(self, tx: Transaction, readings: Readings, *, now: datetime) -> DetectionResult:
        """Raise and clear alerts for the readings of a batch. Call it before they are stored."""
        self.refresh(tx, now)
        self.meet(tx, readings.series, now)
        readings = drop_empty_zeros(readings, self._roster, self._catalogue)
        judged = self._plan.judged_by_readings
        picked = readings.take(pick(self._plan, readings, busy_series(tx, judged)))
        if not len(picked):
            return DetectionResult()
        series = sorted(set(picked.series.tolist()))
        combined = [rule.id for rule in self._rules if is_combined(rule)]
        courses = lock_courses(tx, series, judged, combined)
        seen = {number: microseconds(time) for number, time in seen_times(tx, series, now).items()}
        past = self._past(tx, picked, series)
        pace = report_pace(tx, {*series, *(key.series_id for key in courses)}, now)
        findings = detect(
            self._plan,
            courses,
            picked,
            seen=seen,
            past=past,
            now=now,
            zone=self._zone,
            silent=pace.silent - set(readings.series.tolist()),
            intervals=pace.intervals,
        )
        findings = replace(findings, changes=thin(findings.changes))
        self.carry_out(tx, findings, now)
        return findings

    def carry_out(self, tx: Transaction, findings: DetectionResult, now: datetime) -> None:
        """Store what was found: courses, alerts, and rules that failed."""
        for rule_id, fault in findings.faults.items():
            self._switch_off(tx, rule_id, fault, now)
            findings.changes.extend(self._report(rule_id, fault, now))
        try:
            with tx.savepoint():
                _store(tx, findings, now)
        except StorageError as error:
            if error.retryable:
                raise
            _store_series_by_series(tx, findings, now)

    def meet(self, tx: Transaction, series: NDArray[np.int64], now: datetime) -> None:
        """Learn of series that are new here; and from time to time, where all of them stand."""
        wanted = self._roster.strangers(series)
        wanted.extend(self._moved)
        if self._learned_at is None or now - self._learned_at >= FORGET_PLACES:
            self._doubtful = list(self._roster.by_id)
            self._learned_at = now
        wanted.extend(self._doubtful[-LEARNED_AGAIN:])
        del self._doubtful[-LEARNED_AGAIN:]
        if wanted:
            self.learn(load_series(tx, wanted))
        self._moved.clear()

    def forget(self) -> None:
        """Ask everything again: the database is another one."""
        self._roster = SeriesIndex()
        self._rules = []
        self._plan = make_plan([], self._roster)
        self._revision = -1
        self._looked_at = self._learned_at = None
        self._doubtful.clear()
        self._moved.clear()

    def forget_places(self, sensor_ids: Collection[str]) -> None:
        """Ask again what these sensors are and where they stand: they were changed."""
        self._moved |= {number for number, entry in self._roster.by_id.items() if entry.sensor_id in sensor_ids}

    def rules_switched_off(self, tx: Transaction, rule_ids: Collection[str]) -> list[Rule]:
        """Return rules as they were when they were switched off; one that cannot be read is left out."""
        return readable_rules.readable(rule_store.stored_rules(tx), self._catalogue, only=rule_ids)

    def learn(self, series: Iterable[Series]) -> None:
        """Lay the rules out over more series; over all of them where one that is known has changed."""
        told, known = list(series), self._roster.by_id
        new = [entry for entry in told if entry.series_id not in known]
        is_changed = any(known.get(entry.series_id, entry) != entry for entry in told)
        self._roster.learn(told)
        if is_changed:
            self._plan = make_plan(self._rules, self._roster)
        elif new:
            self._plan.extend(new)

    def _past(self, tx: Transaction, picked: Readings, series: Iterable[int]) -> Readings:
        wanted = rates_among(self._plan, series)
        if not wanted:
            return Readings.of([])
        oldest, newest = int(picked.time.min()), int(picked.time.max())
        since = [from_microseconds(oldest - round(seconds * _SECOND)) for seconds in wanted.values()]
        until = from_microseconds(newest)
        rows = tx.rows(SQL["readings_since"], series=list(wanted), since=since, until=until)
        return Readings.of([(row["time"], row["series_id"], row["value"], Quality(row["quality"])) for row in rows])

    def _report(self, rule_id: str, fault: RuleFault, now: datetime) -> list[AlertChange]:
        """Return the alert that a rule's fault is; none when the city has no rule for it."""
        rule = self._plan.rules.get(RULE_FAULT)
        words = f"rule {rule_id} was switched off: {fault.words}"
        return (
            []
            if rule is None or fault.series_id is None
            else [AlertChange(rule, fault.series_id, Event.RAISE, now, 0.0, words)]
        )

    def _switch_off(self, tx: Transaction, rule_id: str, fault: RuleFault, now: datetime) -> None:
        extra = {"action": "rule_fault", "rule": rule_id, "fault": fault.words}
        logger.error("rule switched off", extra=extra)
        rule_store.switch_off_rule(tx, rule_id, fault, now)
        self._looked_at = None


def _store(tx: Transaction, findings: DetectionResult, now: datetime) -> None:
    store_courses(tx, findings.courses)
    alerts = store.open_states(tx, {change.series_id for change in findings.changes}) if findings.changes else {}
    for change in findings.changes:
        key = (change.rule.id, change.series_id)
        alert = alerts.get(key)
        if change.event is Event.CLEAR and (alert is None or not alert.active or alert.closed_at is not None):
            continue  # a person ended it already
        alerts[key] = store.apply_change(tx, change, alert, now)


def _store_series_by_series(tx: Transaction, findings: DetectionResult, now: datetime) -> None:
    """Store what can be. A series of which something is refused stays as it was, and is tried with its next reading."""
    outcomes: dict[str, str | None] = {}
    concerned = {key.series_id for key in findings.courses} | {change.series_id for change in findings.changes}
    for series in sorted(concerned):
        try:
            with tx.savepoint():
                _store(tx, findings.of_series({series}), now)
        except StorageError as error:
            if error.retryable:
                raise
            outcomes[f"detection/series {series}"] = describe_failure(error)
    log_outcomes(outcomes, *note_outcomes(tx, outcomes, now))
