"""The verb `cityops cap watch`: takes the warnings of others."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cap.messages.signatures import Pinned
    from cap.store.taking import Look

app = typer.Typer()


@app.command("watch")
def watch(
    sources: Annotated[list[str], typer.Argument(metavar="URL|FOLDER", help="Feeds (Atom, RSS), messages or folders.")],
    every: Annotated[float, typer.Option(min=5.0, help="Seconds between two looks.")] = 60.0,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, then end.")] = False,
) -> None:
    """Take warnings of others: those of known senders stand on the wall and the desk, the rest wait on the page.

    For a look by hand: `cityops watch` takes those of CITYOPS_CAP_FEEDS by itself. Messages are taken from the hosts
    of these addresses, and from those of [inward] in CITYOPS_CAP_FILE. Certificates are those of CITYOPS_CAP_SENDERS,
    read anew each time.

    cityops cap watch https://weather.example/cap/atom.xml --every 30
    """
    import time  # noqa: PLC0415  (each verb loads only what it needs)

    from cap.incoming.sources import open_source  # noqa: PLC0415
    from cap.issuer import load_cap_file  # noqa: PLC0415
    from cap.messages.signatures import load_pinned  # noqa: PLC0415
    from cap.store.taking import take_new  # noqa: PLC0415
    from cityops.operations.watchdog import show_progress  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import StorageError  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415

    settings = read_settings()
    hosts = load_cap_file(settings.cap_file).inward.hosts
    opened = [open_source(one, hosts) for one in sources]
    database = open_database("cap watch")
    while True:
        pinned: Pinned = load_pinned(settings.cap_senders) if settings.cap_senders is not None else {}
        try:
            for source in opened:
                _tell(take_new(database, source, pinned))
        except StorageError as error:
            if once or not error.retryable:
                raise
            typer.echo(f"trying again: {error}", err=True)
        show_progress()
        if once:
            return
        time.sleep(every)


def _tell(look: "Look") -> None:
    for problem in look.problems:
        typer.echo(problem, err=True)
    for one in look.believed:
        typer.echo(f"{one.message.identifier} of {one.message.sender}: {one.texts['en']['headline']}")
    for where, doubted in look.doubted:
        typer.echo(f"{where} waits for a person: {doubted.doubt}", err=True)
