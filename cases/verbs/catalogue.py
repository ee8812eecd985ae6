"""The verbs `cityops cases import-catalogue` and `coverage`: what can be filed, and to whom it leads."""

from pathlib import Path
from typing import Annotated

import typer

from cityops.verbs.options import DryRun, Encoding, actor, open_database

app = typer.Typer()

MOST_SHOWN = 100


@app.command("import-catalogue")
def import_catalogue(
    files: Annotated[list[Path], typer.Argument(help="A workbook (.xlsx), or CSV files.")],
    edition: Annotated[str, typer.Option(help="What it follows, such as a standard's number; else as before.")] = "",
    encoding: Encoding = None,
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    """Put departments, categories or rules in the place of those in force, as the next version of the catalogue.

    A sheet or CSV file is called after what it holds: departments, components, events, responsibilities. What is not
    given stays. Columns as in cases/data/catalogue. Open cases keep the limits by which they were filed.

    cityops cases import-catalogue events.csv --dry-run
    """
    from rich.console import Console  # noqa: PLC0415  (each verb loads only what it needs)

    from cases.catalogue.catalogue_files import read_tables  # noqa: PLC0415
    from cases.store.catalogue import catalogue_import  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.imports import console  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    tables, zone, now = read_tables(files, encoding=encoding), read_settings().zone, utc_now()
    with open_database("cases").transaction() as tx:
        if dry_run:
            found = catalogue_import.plan_import(tx, tables, edition=edition, now=now, zone=zone)
        else:
            found = catalogue_import.import_catalogue(tx, tables, edition=edition, actor=actor(), now=now, zone=zone)
    screen = Console()
    for one in found.rerouted[:MOST_SHOWN]:
        screen.print(f"case {one.case_id}: {one.before.lead or 'nobody'} -> {one.after.lead or 'nobody'}", markup=False)
    if found.rerouted:
        screen.print(f"{len(found.rerouted)} cases of the last 90 days would have gone elsewhere.")
    for trial in found.change.limits:
        text = f"{trial.standard}: {trial.overdue_after} of {trial.cases} cases overdue, not {trial.overdue_before}"
        screen.print(text, markup=False)
    console.show(screen, found.changes, found.findings, what="catalogue", dry_run=dry_run)


@app.command()
def coverage() -> None:
    """List every category that leads to no department in an area that has no other below it, or to several.

    Also every rule of alerts that files cases as what the catalogue does not have. Status 1 when there is one. The
    categories and rules are those in force.
    """
    from cases.errors import RoutingError  # noqa: PLC0415
    from cases.store.alert_links import rules_without_category  # noqa: PLC0415
    from cases.store.catalogue.catalogue_change import find_gaps  # noqa: PLC0415
    from cases.store.catalogue.catalogue_versions import load_catalogue  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    day = utc_now().astimezone(read_settings().zone).date()
    with open_database("cases").transaction() as tx:
        catalogue = load_catalogue(tx)
        if catalogue is None:
            raise RoutingError("There is no catalogue. Import one with `cityops cases import-catalogue`.")
        leaves, gaps = find_gaps(tx, catalogue, day=day)
        strange = rules_without_category(tx)
    if not leaves:
        raise RoutingError("There are no areas. Import them with `cityops city import`.")
    for gap in gaps[:MOST_SHOWN]:
        typer.echo(f"{gap.category} in {gap.area}: {' or '.join(gap.rivals) or 'nobody'}")
    for rule in strange:
        typer.echo(f"rule {rule['rule_id']} files as {rule['category']}, which the catalogue does not have")
    if gaps:
        raise RoutingError(f"{len(gaps)} of {len(catalogue.categories) * leaves} lead to no one department. Add rules.")
    if strange:
        raise RoutingError(f"{len(strange)} rules of alerts file nothing. Correct their case, or add the category.")
    typer.echo(f"{len(catalogue.categories)} categories in {leaves} areas lead to one department each.")
