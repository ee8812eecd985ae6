"""Changing one rule of responsibility of a catalogue. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from cases.catalogue.catalogue_tables import RULE_COLUMNS, read_rules
from cases.catalogue.categories import CaseCatalogue
from cases.errors import RoutingError
from cityops.imports.files.tables import Table
from cityops.imports.findings import Findings


def with_rule(catalogue: CaseCatalogue, cells: Mapping[str, str], number: int | None = None) -> CaseCatalogue:
    """Return the catalogue with a rule in the place of the one of this number, or behind all others (None).

    `cells`: the columns of a file of rules; one that is missing is empty. Raises ImportRefused, RoutingError.
    """
    findings = Findings("rule")
    row = Table({column: [cells.get(column, "")] for column in RULE_COLUMNS})
    (rule,) = read_rules(row, catalogue.departments, catalogue.categories, findings)
    findings.refuse_errors()
    rules = list(catalogue.rules)
    if number is None:
        rules.append(rule)
    else:
        _require_rule(catalogue, number)
        rules[number] = rule
    if rules.count(rule) > 1:
        raise RoutingError("There is this very rule already. Change that one.")
    return replace(catalogue, rules=tuple(rules))


def without_rule(catalogue: CaseCatalogue, number: int) -> CaseCatalogue:
    """Return the catalogue without the rule of this number. Raises RoutingError."""
    _require_rule(catalogue, number)
    return replace(catalogue, rules=(*catalogue.rules[:number], *catalogue.rules[number + 1 :]))


def _require_rule(catalogue: CaseCatalogue, number: int) -> None:
    if not 0 <= number < len(catalogue.rules):
        raise RoutingError("There is no such rule any more. Look at the list again.")
