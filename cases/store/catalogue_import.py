"""Importing a catalogue: what it would change first, then all of it or nothing, as the next version."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.catalogue.catalogue_files import Part, Tables, demo_catalogue, with_tables
from cases.catalogue.categories import CaseCatalogue
from cases.routing.responsibility import Gap, PastCase, Rerouting, coverage_gaps, dry_run
from cases.store.catalogue import SQL, catalogue_in_force, load_catalogue, store_catalogue
from cityops.imports.changes import Changes, compare
from cityops.imports.findings import Findings, Weight
from cityops.storage import Transaction
from cityops.storage.devices.registry import load_areas

TRIED = timedelta(days=90)  # on cases this young changed rules are tried
MOST_TRIED = 2000
EMPTY = CaseCatalogue("", {}, {})


@dataclass(frozen=True, slots=True)
class CatalogueImport:
    """What an import did, or would do. `rerouted`: cases of the last 90 days that would have gone elsewhere."""

    catalogue: CaseCatalogue
    changes: Changes[str]
    findings: Findings
    rerouted: list[Rerouting]


def plan_import(tx: Transaction, tables: Tables, *, edition: str, now: datetime, zone: ZoneInfo) -> CatalogueImport:
    """Check tables against the catalogue in force, and say what they would change. Raises ImportRefused."""
    known = load_catalogue(tx) or EMPTY
    catalogue = with_tables(known, tables, edition=edition)
    before, after = _things(known), _things(catalogue)
    findings = Findings("catalogue")
    for name in sorted(before.keys() - after.keys()):
        findings.add(Weight.WARNING, "no longer in it; open cases keep what they have", detail=name)
    _note_strange_areas(tx, catalogue, findings)
    changes = compare({name: (name, thing) for name, thing in after.items()}, _named(before))
    past = _past_cases(tx, since=now - TRIED, zone=zone)
    rerouted = list(dry_run(known.responsibilities(), catalogue.responsibilities(), past)) if before else []
    return CatalogueImport(catalogue, changes.named(lambda named: named[0]), findings, rerouted)


def import_catalogue(
    tx: Transaction, tables: Tables, *, edition: str, actor: str, now: datetime, zone: ZoneInfo
) -> CatalogueImport:
    """Put tables in the place of those of the catalogue in force, as its next version. Raises ImportRefused."""
    tx.execute(SQL["lock_catalogue"])
    planned = plan_import(tx, tables, edition=edition, now=now, zone=zone)
    store_catalogue(tx, planned.catalogue, actor=actor, now=now)
    return planned


def seed_catalogue(tx: Transaction, *, actor: str, now: datetime) -> None:
    """Give a city without a catalogue that of the product, as an example to replace."""
    if catalogue_in_force(tx) is None:
        store_catalogue(tx, demo_catalogue(), actor=actor, now=now)


def find_gaps(tx: Transaction, catalogue: CaseCatalogue, *, day: date) -> tuple[int, list[Gap]]:
    """Return how many areas have no other below them, and every category that leads in one to no one department."""
    areas = load_areas(tx)
    parents = {area.parent for area in areas.values()}
    leaves = sorted(code for code in areas if code not in parents)
    return len(leaves), list(coverage_gaps(catalogue.responsibilities(), catalogue.categories, leaves, day=day))


def _things(catalogue: CaseCatalogue) -> dict[str, object]:
    """Return everything in a catalogue by the name that people give it."""
    things: dict[str, object] = {f"department {code}": one for code, one in catalogue.departments.items()}
    things |= {f"{key} {one.name_zh}": one for key, one in catalogue.categories.items()}
    for rule in catalogue.rules:
        name = f"rule {rule.category or '*'} in {rule.area or '*'}: {rule.role} {rule.department}"
        things[name if name not in things else f"{name} from {rule.valid_from}"] = rule
    return things


def _named(things: dict[str, object]) -> dict[str, tuple[str, object]]:
    return {name: (name, thing) for name, thing in things.items()}


def _note_strange_areas(tx: Transaction, catalogue: CaseCatalogue, findings: Findings) -> None:
    areas = load_areas(tx)
    for row, rule in enumerate(catalogue.rules, start=1):
        if areas and not any(code.startswith(rule.area) for code in areas):
            text = f"no area begins with {rule.area}; the rule says nothing until there is one"
            findings.add(Weight.WARNING, text, row=row, column=Part.RULES)


def _past_cases(tx: Transaction, *, since: datetime, zone: ZoneInfo) -> list[PastCase]:
    return [
        PastCase(
            row["case_id"],
            row["category"],
            row["area_code"],
            row["dispatched_at"].astimezone(zone).date(),
            row["lead_department"],
        )
        for row in tx.rows(SQL["past_dispatches"], since=since, most=MOST_TRIED)
    ]
