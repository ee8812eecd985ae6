"""The verb `cityops cap make-key`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command("make-key")
def make_key(
    sender: Annotated[str, typer.Argument(help="Who issues, as in CITYOPS_CAP_FILE, such as eoc@example.gov.cn.")],
    folder: Annotated[Path, typer.Option("--write", help="The folder for cap_key and cap_certificate.")],
) -> None:
    """Make the key that signs public warnings, and its certificate for five years.

    Give cap_certificate to everybody who shall believe them. Where the city has a certificate of an authority, use
    that one instead.

    cityops cap make-key eoc@example.gov.cn --write /etc/cityops
    """
    from cap.key_files import write_pair  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.clock import utc_now  # noqa: PLC0415

    for path in write_pair(folder, sender, now=utc_now()):
        typer.echo(f"made {path}")
