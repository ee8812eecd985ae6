"""Which rules are in force: those that are switched on and can be read, and why the others cannot."""

import logging
from collections.abc import Collection, Iterable

from alerts.errors import RuleError
from alerts.rules.definitions import Rule
from alerts.rules.rule_checks import read_rule
from alerts.rules.store import StoredRule, stored_rules
from cityops.catalogue import Catalogue
from cityops.storage import Transaction, load_queries

logger = logging.getLogger(__name__)
SQL = load_queries("alerts")


def rules_in_force(tx: Transaction, catalogue: Catalogue) -> list[Rule]:
    """Return the rules that are switched on. One that can no longer be read is left out, with a word in the log."""
    stored = stored_rules(tx)
    return readable(stored, catalogue, only={rule.rule_id for rule in stored if rule.enabled})


def readable(stored: Iterable[StoredRule], catalogue: Catalogue, *, only: Collection[str]) -> list[Rule]:
    """Return those of these rules that can be read with this catalogue."""
    rules = []
    for one in stored:
        if one.rule_id in only:
            try:
                rules.append(read_rule(one.definition, catalogue))
            except RuleError as error:
                extra = {"action": "rule_refused", "rule": one.rule_id, "reason": str(error)}
                logger.error("rule left out", extra=extra)
    return rules


def find_unreadable(stored: Iterable[StoredRule], catalogue: Catalogue) -> dict[str, str]:
    """Return why each rule that is switched on and cannot be read is not in force, by its id."""
    reasons = {}
    for one in stored:
        if one.enabled:
            try:
                read_rule(one.definition, catalogue)
            except RuleError as error:
                reasons[one.rule_id] = str(error)
    return reasons


def note_unreadable(tx: Transaction, catalogue: Catalogue) -> None:
    """Store which rules are on and not in force, so that people are told: by an alert, on the wall, by the probes."""
    reasons = find_unreadable(stored_rules(tx), catalogue)
    tx.execute(SQL["note_unreadable"], rule_ids=list(reasons), reasons=list(reasons.values()))


def unreadable_rules(tx: Transaction) -> dict[str, str]:
    """Return the noted reasons why rules that are switched on are not in force, by their ids."""
    return {row["rule_id"]: row["unreadable"] for row in tx.rows(SQL["unreadable_rules"])}
