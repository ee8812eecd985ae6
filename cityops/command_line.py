"""`cityops VERB`. Rooms bring their verbs as entry points, so that the kernel imports none of them."""

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from cityops import __version__
from cityops.errors import CityOpsError
from cityops.verbs import audit, backup, city, database, demo, keep, roads, sensors, token, user

app = typer.Typer(
    name="cityops",
    help="CityOps 一网统管: the software that runs a city's operations centre.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: the tables of rich cost a third of the whole start
    pretty_exceptions_show_locals=False,  # locals hold secrets
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
database.app.add_typer(backup.app)
app.add_typer(database.app, name="db")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(audit.app, name="audit")
app.add_typer(city.app, name="city")
app.add_typer(sensors.app, name="sensors")
app.add_typer(roads.app, name="roads")
app.add_typer(demo.app)
app.add_typer(keep.app)
for _room in sorted(entry_points(group="cityops.verbs"), key=lambda entry: entry.name):
    app.add_typer(_room.load())


def _print_version(wanted: bool) -> None:  # noqa: FBT001  (typer calls it)
    if wanted:
        typer.echo(f"cityops {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """CityOps 一网统管: the software that runs a city's operations centre."""


def main() -> None:
    """Run a verb. An error of ours is one sentence on standard error and status 1."""
    try:
        app()
    except CityOpsError as error:
        typer.echo(f"cityops: {error}", err=True)
        sys.exit(1)
