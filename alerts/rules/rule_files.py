"""The rules of a file, or the built-in ones of the city's domains."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from alerts.conditions import (
    DeviceByDevice,
    Widespread,
)
from alerts.errors import RuleError
from alerts.rules.definitions import Rule
from alerts.rules.rule_checks import read_rule
from cityops.catalogue import Catalogue
from cityops.domains import RULES_FILE

BUILT_IN = Path(__file__).parent.parent / "data" / "rules.toml"


def load_rules(catalogue: Catalogue, own: Path | None = None) -> list[Rule]:
    """Load the city's rules, or the built-in ones of its domains. Raises RuleError naming rule, field and reason."""
    files = [own] if own else [*(folder / RULES_FILE for folder in catalogue.folders.values()), BUILT_IN]
    rules: dict[str, Rule] = {}
    for path in files:
        for entry in read_entries(path, may_be_missing=own is None):
            if own is None and _is_elsewhere(entry, catalogue):
                continue
            rule = read_rule(entry, catalogue)
            if rule.id in rules:
                raise RuleError(f"{path}: rule {rule.id}: id is used twice. Give each rule its own.")
            rules[rule.id] = _guided(rule, catalogue)
    _check_rules_named(rules)
    return list(rules.values())


def _check_rules_named(rules: Mapping[str, Rule]) -> None:
    """Refuse a rule about another one that is not there, or is of a type of which it could never tell."""
    for rule in rules.values():
        if isinstance(rule.when, Widespread):
            named = rules.get(rule.when.rule)
            if named is None or not isinstance(named.when, DeviceByDevice):
                kinds = "missing, clock, flat or unheard"
                raise RuleError(f"rule {rule.id}: when.rule {rule.when.rule!r} is no rule of type {kinds}. Correct it.")


def _guided(rule: Rule, catalogue: Catalogue) -> Rule:
    """Return a rule that says what to do first: what is usual in its domain, where it does not say so itself."""
    kind = catalogue.kind.get(rule.kind)
    if rule.guidance is not None or kind is None:
        return rule
    return msgspec.structs.replace(rule, guidance=catalogue.domain[kind.domain].texts.get("guidance.usual"))


def read_entries(path: Path, *, may_be_missing: bool) -> list[Any]:
    """Return the rules of a file, not yet read. Raises RuleError naming the file."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except OSError as error:
        if may_be_missing and isinstance(error, FileNotFoundError):
            return []  # a domain without rules
        raise RuleError(f"{path} cannot be read ({error.strerror}). Correct CITYOPS_RULES_FILE.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}. Correct it and start again.") from error
    if not isinstance(entries, list):
        raise RuleError(f"{path}: rule must be a list. Head each one with [[rule]].")
    return entries


def _is_elsewhere(entry: object, catalogue: Catalogue) -> bool:
    """Whether a rule looks at a kind of a domain that this city did not choose."""
    return bool(catalogue.elsewhere & set(_kinds_named(entry)))


def _kinds_named(entry: object) -> Iterator[str]:
    if isinstance(entry, Mapping):
        for name, part in entry.items():
            if name == "kind" and isinstance(part, str):
                yield part
            yield from _kinds_named(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from _kinds_named(part)
