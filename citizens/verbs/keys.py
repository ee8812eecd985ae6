"""The verb `cityops citizens make-key`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command("make-key")
def make_key(
    folder: Annotated[
        Path | None,
        typer.Option("--write", help="Write reporter_key and reporter_public_key into this folder; else print them."),
    ] = None,
) -> None:
    """Make the pair of keys that seals who reported something. Who loses the private one cannot read contacts any more.

    The portal gets the public key only: it can write contacts and not read them.

    cityops citizens make-key --write /etc/cityops
    """
    from citizens.key_files import write_pair  # noqa: PLC0415  (each verb loads only what it needs)
    from citizens.persons.sealing import make_pair  # noqa: PLC0415

    if folder is not None:
        for path in write_pair(folder):
            typer.echo(f"made {path}")
        return
    key, public_key = make_pair()
    typer.echo(f"CITYOPS_REPORTER_KEY={key}")
    typer.echo(f"CITYOPS_REPORTER_PUBLIC_KEY={public_key}")
