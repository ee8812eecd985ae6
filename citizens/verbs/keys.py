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
    from citizens.key_files import REPORTER_KEYS  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.keys.key_files import hand_out  # noqa: PLC0415

    for line in hand_out(folder, REPORTER_KEYS):
        typer.echo(line)
