"""Every mistake in the folder of a domain, its rules included."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alerts.errors import RuleError
from alerts.rules.rule_checks import read_rule
from alerts.rules.rule_files import load_rules, read_entries
from cityops.catalogue import Catalogue, load_catalogue
from cityops.domains import ALL, RULES_FILE
from cityops.domains.check import check_folder


def find_mistakes(folder: Path) -> list[str]:
    """Return every mistake, each with its file and what to do; none: the folder can be used.

    Raises CatalogueError when there is no such folder.
    """
    checked = check_folder(folder)
    return [*checked.mistakes, *_rule_mistakes(checked.folder, checked.catalogue)]


def _rule_mistakes(folder: Path, catalogue: Catalogue) -> Iterator[str]:
    try:
        entries = read_entries(folder / RULES_FILE, may_be_missing=True)
    except RuleError as error:
        yield f"{RULES_FILE}: {str(error).removeprefix(f'{folder / RULES_FILE}: ')}"
        return
    taken = {rule.id for rule in load_rules(_others(folder.name))}
    for entry in entries:
        yield from _mistakes_of(entry, catalogue, taken)


def _mistakes_of(entry: Any, catalogue: Catalogue, taken: set[str]) -> Iterator[str]:
    try:
        rule = read_rule(entry, catalogue)
    except RuleError as error:
        yield f"{RULES_FILE}: {error}"
        return
    if rule.id in taken:
        yield f"{RULES_FILE}: rule {rule.id}: id is used twice, or by another domain. Give each rule its own."
    if rule.guidance is None:
        yield f"{RULES_FILE}: rule {rule.id}: guidance is missing. Say what the duty officer does first."
    if not rule.source:
        yield f"{RULES_FILE}: rule {rule.id}: source is missing. Name the standard, or write local."
    taken.add(rule.id)


def _others(name: str) -> Catalogue:
    """Return the catalogue of every shipped domain but one."""
    others = [one for one in load_catalogue(chosen=[ALL]).domain if one != name]
    return load_catalogue(chosen=others)
