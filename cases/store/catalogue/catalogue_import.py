"""Importing a catalogue from tables: a change like any other, with what a file alone can bring said beside it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cases.catalogue.catalogue_files import Part, Tables, demo_catalogue, with_tables
from cases.catalogue.categories import CaseCatalogue
from cases.catalogue.differences import Change, things_in
from cases.catalogue.edits import Edit
from cases.routing.rule_trials import Rerouting
from cases.store.catalogue.catalogue_change import CatalogueChange, change_catalogue, plan_change
from cases.store.catalogue.catalogue_versions import catalogue_in_force, store_catalogue
from cityops.imports.changes import Changes
from cityops.imports.findings import Findings, Weight
from cityops.storage import Transaction
from cityops.storage.devices.stored_areas import load_areas


@dataclass(frozen=True, slots=True)
class CatalogueImport:
    """What an import did, or would do, and what a person should look at."""

    change: CatalogueChange
    findings: Findings

    @property
    def changes(self) -> Changes[str]:
        """The things of the catalogue by name, for the console."""
        new, changed = self.change.named(Change.NEW), self.change.named(Change.CHANGED)
        return Changes(new, changed, [name for name in things_in(self.change.after) if name not in {*new, *changed}])

    @property
    def rerouted(self) -> tuple[Rerouting, ...]:
        """Cases of the last 90 days that would have gone elsewhere."""
        return self.change.rerouted


def tables_edit(tables: Tables, edition: str = "") -> Edit:
    """Return the edit that puts tables in the place of those in force."""
    return lambda known: with_tables(known, tables, edition=edition)


def plan_import(tx: Transaction, tables: Tables, *, edition: str, now: datetime, zone: ZoneInfo) -> CatalogueImport:
    """Check tables against the catalogue in force, and say what they would change. Raises ImportRefused."""
    return _with_findings(tx, plan_change(tx, tables_edit(tables, edition), now=now, zone=zone))


def import_catalogue(
    tx: Transaction, tables: Tables, *, edition: str, actor: str, now: datetime, zone: ZoneInfo
) -> CatalogueImport:
    """Put tables in the place of those of the catalogue in force, as its next version. Raises ImportRefused."""
    edit = tables_edit(tables, edition)
    return _with_findings(tx, change_catalogue(tx, edit, actor=actor, now=now, zone=zone))


def seed_catalogue(tx: Transaction, *, actor: str, now: datetime) -> None:
    """Give a city without a catalogue that of the product, as an example to replace."""
    if catalogue_in_force(tx) is None:
        store_catalogue(tx, demo_catalogue(), actor=actor, now=now)


def strange_areas(tx: Transaction, catalogue: CaseCatalogue) -> list[tuple[int, str]]:
    """Return the rules for areas that are not there, by row (from 1) and beginning of a code."""
    areas = load_areas(tx)
    return [
        (row, rule.area)
        for row, rule in enumerate(catalogue.rules, start=1)
        if areas and not any(code.startswith(rule.area) for code in areas)
    ]


def _with_findings(tx: Transaction, change: CatalogueChange) -> CatalogueImport:
    findings = Findings("catalogue")
    for name in change.named(Change.GONE):
        findings.add(Weight.WARNING, "no longer in it; open cases keep what they have", detail=name)
    for row, area in strange_areas(tx, change.after):
        text = f"no area begins with {area}; the rule says nothing until there is one"
        findings.add(Weight.WARNING, text, row=row, column=Part.RULES)
    return CatalogueImport(change, findings)
