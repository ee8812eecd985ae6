"""Rules in the database: what the file says, what people changed, and every version that was in force."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from alerts.errors import RuleError
from alerts.rules.definitions import Rule
from alerts.rules.faults import RuleFault
from alerts.rules.rule_checks import read_rule
from cityops.accounts.roles import Role
from cityops.accounts.users import User
from cityops.catalogue import Catalogue
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

logger = logging.getLogger(__name__)
SQL = load_queries("alerts")
FILE = "file"  # the actor of changes that the file made


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One row of table `rule`. `edited_by` is None while it is as in the file."""

    rule_id: str
    version: int
    enabled: bool
    definition: dict[str, Any]
    edited_by: str | None
    fault: str | None
    fault_series: int | None
    updated_at: datetime


def store_rules(tx: Transaction, rules: Iterable[Rule], now: datetime) -> None:
    """Copy the rules of the file into the table. One that people edited stays, unless the file has changed since.

    A rule that is new in the file, or different there, is put in force and switched on; one that is off at first
    stays as it is. A rule that left the file is switched off, unless people made it.
    """
    stored = {row["rule_id"]: row for row in tx.rows(SQL["rule_table"])}
    given = {rule.id: rule for rule in rules}
    for rule_id, rule in given.items():
        row, definition = stored.get(rule_id), definition_of(rule)
        if row is None or row["file_definition"] != definition:
            enabled = not rule.off_at_first or (row is not None and row["enabled"])
            _put(tx, rule_id, row, definition, now=now, actor=FILE, file=definition, enabled=enabled)
    for rule_id, row in stored.items():
        if rule_id not in given and row["file_definition"] is not None:
            _put(tx, rule_id, row, row["definition"], now=now, actor=FILE, file=None, enabled=False)


def stored_rules(tx: Transaction) -> list[StoredRule]:
    """Return every rule, switched on or not."""
    names = StoredRule.__slots__
    return [StoredRule(**{name: row[name] for name in names}) for row in tx.rows(SQL["rule_table"])]


def revision(tx: Transaction) -> int:
    """Return a number that is different whenever a rule is."""
    return int(tx.value(SQL["rules_revision"]))


def title_of(one: StoredRule) -> str:
    """Return the title of a stored rule in both languages; one that people broke by hand may have none."""
    title = one.definition.get("title") if isinstance(one.definition, dict) else None
    words = [title.get(language) for language in ("zh", "en")] if isinstance(title, dict) else []
    return " / ".join(filter(None, words)) or "?"


def condition_type(definition: object) -> str | None:
    """Return the type of a stored rule's condition. One that people broke by hand may have none."""
    when = definition.get("when") if isinstance(definition, dict) else None
    return when.get("type") if isinstance(when, dict) else None


def edit_rule(
    tx: Transaction,
    definition: Mapping[str, Any],
    *,
    by: User,
    catalogue: Catalogue,
    now: datetime,
    enabled: bool = True,
    version: int | None = None,
    origin: str = "dashboard",
) -> Rule:
    """Make or change a rule; every running program uses it within seconds.

    `version`: the one that the person saw; None takes what is there. Raises RuleError naming the field and the
    reason, when it may not be used, by this person, or somebody was first. The rule in force then stays.
    """
    if not by.role.includes(Role.SUPERVISOR):
        raise RuleError(f"{by.name} is {by.role}; rules are changed by a supervisor. Ask one.")
    rule = read_rule(definition, catalogue)
    row = next((row for row in tx.rows(SQL["rule_table"]) if row["rule_id"] == rule.id), None)
    if version is not None and version != (row["version"] if row else 0):
        raise RuleError(f"rule {rule.id}: somebody changed it meanwhile. Look at it again, then change it.")
    file = row["file_definition"] if row else None
    _put(tx, rule.id, row, definition_of(rule), now=now, actor=by.name, file=file, enabled=enabled)
    detail = {"before": row["definition"] if row else None, "after": definition_of(rule), "enabled": enabled}
    record(tx, by.name, "rule.edit", rule.id, at=now, origin=origin, detail=detail)
    return rule


def switch_off_rule(tx: Transaction, rule_id: str, fault: RuleFault, now: datetime) -> None:
    """Switch a rule off because it failed."""
    tx.execute(SQL["fault_rule"], rule_id=rule_id, fault=fault.words, series_id=fault.series_id, now=now)


def definition_of(rule: Rule) -> dict[str, Any]:
    """Return a rule as it stands in the file: what has its default is left out."""
    definition: dict[str, Any] = msgspec.to_builtins(rule)
    return definition


def _put(
    tx: Transaction,
    rule_id: str,
    row: Row | None,
    definition: Mapping[str, Any],
    *,
    now: datetime,
    actor: str,
    file: Mapping[str, Any] | None,
    enabled: bool = True,
) -> None:
    version = tx.value(
        SQL["put_rule"],
        rule_id=rule_id,
        version=row["version"] if row else 0,
        definition=_json(definition),
        file_definition=None if file is None else _json(file),
        enabled=enabled,
        edited_by=None if actor == FILE else actor,
        actor=actor,
        now=now,
    )
    if version is None and actor != FILE:  # another program that starts with the same file is no harm
        raise RuleError(f"rule {rule_id}: somebody changed it meanwhile. Look at it again, then change it.")


def _json(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()
