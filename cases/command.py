"""The verbs `cityops cases …`."""

from pathlib import Path
from typing import Annotated

import typer

from cases.verbs import posts

app = typer.Typer()
cases = typer.Typer(
    help="Cases: who holds which post, working calendars, and who is responsible for what.", no_args_is_help=True
)
app.add_typer(cases, name="cases")
cases.add_typer(posts.app, name="post")

MOST_SHOWN = 100


@cases.command("import-calendar")
def import_calendar(
    files: Annotated[list[Path], typer.Argument(help="A TOML file for each year, as in cases/data/calendars.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only, store nothing.")] = False,  # noqa: FBT002
) -> None:
    """Put announced years in the place of assumed ones, or add years, as the next version of the city's calendar.

    Open cases keep the version by which they were counted; what is dispatched from now on has the new one.

    cityops cases import-calendar 2027.toml
    """
    import getpass  # noqa: PLC0415  (each verb loads only what it needs)

    from cases.clock.calendar_files import read_year  # noqa: PLC0415
    from cases.errors import CalendarError  # noqa: PLC0415
    from cases.store.calendars import import_years  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    settings = read_settings()
    years = []
    for file in files:
        try:
            years.append(read_year(file.read_text(encoding="utf-8"), file.name))
        except (OSError, UnicodeDecodeError) as error:
            raise CalendarError(f"{file} cannot be read ({error}). Correct the path.") from error
    for year in years:
        moved = sum(len(holiday.worked) for holiday in year.holiday)
        typer.echo(f"{year.year}: {year.status}, {len(year.holiday)} holidays, {moved} weekend days worked")
    if dry_run:
        return
    database = Database(settings.require_database_url(), application="cases")
    with database.transaction() as tx:
        version = import_years(tx, years, zone=settings.zone, actor=getpass.getuser(), now=utc_now())
    typer.echo(f"The city's working calendar is now version {version}.")


@cases.command()
def coverage() -> None:
    """List every category that leads to no department in an area that has no other below it, or to several.

    Status 1 when there is one. The categories and rules are those of the simulated city.
    """
    from cases.catalogue.categories import demo_catalogue  # noqa: PLC0415
    from cases.errors import RoutingError  # noqa: PLC0415
    from cases.routing.responsibility import coverage_gaps  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from cityops.storage.devices.registry import load_areas  # noqa: PLC0415

    settings = read_settings()
    with Database(settings.require_database_url(), application="cases").transaction() as tx:
        areas = load_areas(tx)
    parents = {area.parent for area in areas.values()}
    leaves = sorted(code for code in areas if code not in parents)
    if not leaves:
        raise RoutingError("There are no areas. Import them with `cityops city import`.")
    catalogue = demo_catalogue()
    day = utc_now().astimezone(settings.zone).date()
    gaps = list(coverage_gaps(catalogue.responsibilities(), catalogue.categories, leaves, day=day))
    for gap in gaps[:MOST_SHOWN]:
        typer.echo(f"{gap.category} in {gap.area}: {' or '.join(gap.rivals) or 'nobody'}")
    if gaps:
        raise RoutingError(
            f"{len(gaps)} of {len(catalogue.categories) * len(leaves)} lead to no one department. Add rules."
        )
    typer.echo(f"{len(catalogue.categories)} categories in {len(leaves)} areas lead to one department each.")
