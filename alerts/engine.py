"""Detection inside a transaction: an alert exists exactly when the reading that raised it does."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts import store
from alerts.detect import Findings, Sample, detect
from alerts.rules import Direction, Rule
from cityops.storage import Transaction

logger = logging.getLogger(__name__)


class Engine:
    """The rules of one city, applied batch by batch. It holds no state of its own; the database does."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = list(rules)

    def start(self, tx: Transaction, now: datetime) -> None:
        """Store the rules, and leave out those that are switched off."""
        store.store_rules(tx, self._rules, now)
        enabled = store.enabled_rules(tx)
        self._rules = [rule for rule in self._rules if rule.id in enabled]

    def calm_range(self, kind: str, metric: str) -> tuple[float, float]:
        """Return the open interval of values that raise nothing on any rule: most readings end here."""
        rules = [rule for rule in self._rules if (rule.kind, rule.metric) == (kind, metric)]
        below = [rule.limit for rule in rules if rule.direction is Direction.BELOW]
        above = [rule.limit for rule in rules if rule.direction is Direction.ABOVE]
        return max(below, default=-math.inf), min(above, default=math.inf)

    def open_series(self, tx: Transaction) -> set[int]:
        """Return the series with an open alert: any reading of theirs may clear it."""
        return store.open_series(tx)

    def judge(
        self, tx: Transaction, samples: Sequence[Sample], *, seen: Mapping[int, datetime], now: datetime
    ) -> Findings:
        """Raise and clear alerts for the samples of a batch that may change something.

        That is every sample outside its calm range, and every one of an open series. `seen`: the time of the
        newest reading of each of their series before the batch.
        """
        if not samples:
            return Findings()
        states = store.open_states(tx, {sample.series_id for sample in samples})
        active = {key for key, alert in states.items() if alert.active}
        findings = detect(self._rules, active, samples, seen=seen, now=now)
        for change in findings.changes:
            key = (change.rule.id, change.series_id)
            states[key] = store.apply_change(tx, change, states.get(key), now)
        for rule_id, fault in findings.faults.items():
            self._switch_off(tx, rule_id, fault, now)
        return findings

    def _switch_off(self, tx: Transaction, rule_id: str, fault: str, now: datetime) -> None:
        logger.error("rule switched off", extra={"action": "rule_fault", "rule": rule_id, "fault": fault})
        store.switch_off_rule(tx, rule_id, fault, now)
        self._rules = [rule for rule in self._rules if rule.id != rule_id]
