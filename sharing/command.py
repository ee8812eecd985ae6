"""The verbs `cityops sharing …`."""

from pathlib import Path
from typing import Annotated

import typer

from sharing.privacy import command as privacy

app = typer.Typer()
sharing = typer.Typer(help="What the city gives to others: its data sets and who may have them.", no_args_is_help=True)
app.add_typer(sharing, name="sharing")
sharing.add_typer(privacy.app)


@sharing.command()
def seed() -> None:
    """Bring a data set for every kind of sensor in use, undecided and so closed. `watch` does it too."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415
    from sharing.datasets.store import seed_data_sets  # noqa: PLC0415

    with open_database("data sets").transaction() as tx:
        brought = seed_data_sets(tx, read_catalogue(read_settings()))
    typer.echo(f"{brought} data sets brought. An administrator decides about them on the page /admin/datasets.")


@sharing.command("make-key")
def make_key(
    folder: Annotated[
        Path | None,
        typer.Option("--write", help="Write share_key and share_public_key into this folder; else print them."),
    ] = None,
) -> None:
    """Make the pair of keys that seals the secrets with which shared data are signed when they are pushed.

    `watch` gets the private key, the dashboard the public one. To change them, put the new private key before the old
    one, with a comma, until no receiver is sealed for the old one.

    cityops sharing make-key --write /etc/cityops
    """
    from cityops.keys.key_files import hand_out  # noqa: PLC0415  (each verb loads only what it needs)
    from sharing.departments.keys import SHARE_KEYS  # noqa: PLC0415

    for line in hand_out(folder, SHARE_KEYS):
        typer.echo(line)


@sharing.command("list")
def show() -> None:
    """Show every data set: whether everybody may have it, or why not, and who decided that."""
    from cityops.verbs.options import open_database  # noqa: PLC0415
    from sharing.datasets.store import list_data_sets  # noqa: PLC0415

    with open_database("data sets").transaction() as tx:
        found = list_data_sets(tx)
    for one in found:
        by = f"{one.decided_by} {one.decided_at:%Y-%m-%d %H:%M} UTC" if one.decided_at else "nobody"
        typer.echo(f"{one.name}  {one.openness}  decided by {by}")
