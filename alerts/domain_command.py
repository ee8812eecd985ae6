"""The verb `cityops domain check`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The domains of the city, a folder each.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a verb of its own: typer would drop the name of the only one."""


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="The folder of one domain.", show_default=False)]) -> None:
    """Explain every mistake in the folder of a domain; status 1 when there is one."""
    from alerts.rules.domain_check import find_mistakes  # noqa: PLC0415  (each verb loads only what it needs)

    mistakes = find_mistakes(folder)
    for mistake in mistakes:
        typer.echo(mistake, err=True)
    if mistakes:
        typer.echo(f"{len(mistakes)} to correct in {folder}; docs/reference/domains.md explains every field.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{folder} can be used. Put it in the folder of CITYOPS_DOMAINS_DIR and run `cityops db migrate`.")
