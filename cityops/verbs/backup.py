"""The verbs `cityops db backup` and `cityops db restore`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; - is standard output.", allow_dash=True)],
    due: Annotated[
        float | None,
        typer.Option(min=0, help="Within how many hours the next backup is due; when it is late, the wall says so."),
    ] = None,
) -> None:
    """Write the whole database of CITYOPS_DATABASE_URL into a new file. The services may go on running."""
    import sys  # noqa: PLC0415  (each verb loads only what it needs)

    from cityops.operations.backup import back_up, back_up_to, note_backup  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    url = read_settings().require_database_url()
    if str(file) == "-":
        back_up_to(url, sys.stdout.buffer)
        note_backup(url, "", due)
        return
    with _reporting() as report:
        back_up(url, file, report=report)
    note_backup(url, file.name, due)
    typer.echo(f"Backed up. Keep {file} away from this server.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file made by `cityops db backup`.")]) -> None:
    """Fill the empty database of CITYOPS_DATABASE_URL from a backup. Stop the services first.

    A database that holds anything is refused. Afterwards run `cityops db migrate`, which brings an older
    backup up to date.
    """
    from cityops.operations.backup import restore as restore_from  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.settings import read_settings  # noqa: PLC0415

    url = read_settings().require_database_url()
    with _reporting() as report:
        restore_from(url, file, report=report)
    typer.echo("Restored. Run `cityops db migrate` now, then start the services.")


@contextmanager
def _reporting() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows the present step: beside a moving bar on a terminal, as lines elsewhere."""
    from rich.console import Console  # noqa: PLC0415

    from cityops.imports.import_progress import reporting  # noqa: PLC0415

    with reporting(Console(stderr=True)) as reporter:
        yield reporter.step
