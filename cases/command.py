"""The verbs `cityops cases …`."""

from pathlib import Path
from typing import Annotated

import typer

from cases.verbs import catalogue, play, posts, scores

app = typer.Typer()
cases = typer.Typer(
    help="Cases: who holds which post, working calendars, and who is responsible for what.", no_args_is_help=True
)
app.add_typer(cases, name="cases")
cases.add_typer(posts.app, name="post")
cases.add_typer(catalogue.app)
cases.add_typer(play.app)
cases.add_typer(scores.app)


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
    from cases.store.catalogue.calendars import import_years  # noqa: PLC0415
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
