"""The verbs `cityops citizens …`."""

import typer

from citizens.verbs import imports, keeping, keys, play, services

app = typer.Typer()
citizens = typer.Typer(
    help="What citizens report: keys that seal who they are, other channels, what may be reported, what is kept.",
    no_args_is_help=True,
)
app.add_typer(citizens, name="citizens")
citizens.add_typer(keys.app)
citizens.add_typer(imports.app)
citizens.add_typer(keeping.app)
citizens.add_typer(services.app, name="services")
citizens.add_typer(play.app)
