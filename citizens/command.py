"""The verbs `cityops citizens …`."""

import typer

from citizens.verbs import imports, keys, play

app = typer.Typer()
citizens = typer.Typer(
    help="What citizens report: the keys that seal who they are, and reports of other channels.", no_args_is_help=True
)
app.add_typer(citizens, name="citizens")
citizens.add_typer(keys.app)
citizens.add_typer(imports.app)
citizens.add_typer(play.app)
