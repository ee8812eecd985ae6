"""The verb `cityops cap watch`: takes the warnings of others."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cap.incoming.sources import Source
    from cap.messages.signatures import Pinned
    from cityops.storage import Database

app = typer.Typer()


@app.command("watch")
def watch(
    sources: Annotated[list[str], typer.Argument(metavar="URL|FOLDER", help="Feeds (Atom, RSS), messages or folders.")],
    every: Annotated[float, typer.Option(min=5.0, help="Seconds between two looks.")] = 60.0,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, then end.")] = False,
) -> None:
    """Take warnings of others: those of known senders stand on the wall and the desk, the rest wait on the page.

    Messages are taken from the hosts of these addresses, and from those of [inward] in CITYOPS_CAP_FILE. Certificates
    are those of CITYOPS_CAP_SENDERS, read anew each time.

    cityops cap watch https://weather.example/cap/atom.xml --every 30
    """
    import time  # noqa: PLC0415  (each verb loads only what it needs)

    from cap.issuer import load_cap_file  # noqa: PLC0415
    from cap.messages.signatures import load_pinned  # noqa: PLC0415
    from cityops.operations.watchdog import show_progress  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import StorageError  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415

    settings = read_settings()
    opened = _open(sources, load_cap_file(settings.cap_file).inward.hosts)
    database = open_database("cap watch")
    while True:
        pinned: Pinned = load_pinned(settings.cap_senders) if settings.cap_senders is not None else {}
        try:
            for source in opened:
                _take(database, source, pinned)
        except StorageError as error:
            if once or not error.retryable:
                raise
            typer.echo(f"trying again: {error}", err=True)
        show_progress()
        if once:
            return
        time.sleep(every)


def _open(sources: list[str], hosts: tuple[str, ...]) -> "list[Source]":
    from pathlib import Path  # noqa: PLC0415
    from urllib.parse import urlsplit  # noqa: PLC0415

    from cap.incoming.fetching import Fetcher  # noqa: PLC0415
    from cap.incoming.sources import FeedSource, FolderSource  # noqa: PLC0415

    opened: list[Source] = []
    for one in sources:
        if one.startswith(("http://", "https://")):
            opened.append(FeedSource(one, Fetcher({urlsplit(one).hostname or "", *hosts})))
        else:
            opened.append(FolderSource(Path(one)))
    return opened


def _take(database: "Database", source: "Source", pinned: "Pinned") -> None:
    """Take what is new of a source, each in a transaction of its own; what fails keeps nothing else waiting."""
    from cap.errors import FeedUnusable  # noqa: PLC0415
    from cap.incoming.judging import Believed  # noqa: PLC0415
    from cap.store.receiving import read_outlines, receive  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    with database.transaction() as tx:
        outlines = read_outlines(tx)
    try:
        for found in source.read():
            if isinstance(found, FeedUnusable):
                typer.echo(str(found), err=True)
                continue
            name, content = found
            with database.transaction() as tx:
                kept = receive(tx, content, pinned, outlines, source=f"{source.name} {name}"[:400], now=utc_now())
            if isinstance(kept, Believed):
                typer.echo(f"{kept.message.identifier} of {kept.message.sender}: {kept.texts['en']['headline']}")
            elif kept is not None:
                typer.echo(f"{name} waits for a person: {kept.doubt}", err=True)
    except FeedUnusable as error:
        typer.echo(str(error), err=True)
