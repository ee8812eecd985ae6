"""The verb `cityops audit verify`. Rooms bring more of `cityops audit` as entry points."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The chain of everything that people and programs did.", no_args_is_help=True)

MOST_SHOWN = 100

for _room in sorted(entry_points(group="cityops.audit"), key=lambda entry: entry.name):
    app.add_typer(_room.load())


@app.callback()
def _root() -> None:
    """The chain of everything that people and programs did."""


@app.command()
def verify(
    anchor: Annotated[
        str | None,
        typer.Option(help="What an earlier run printed as its anchor. Shows that nothing was redone."),
    ] = None,
    anchors: Annotated[
        Path | None, typer.Option(help="A file of anchors, as `cityops audit anchor` and `watch` write it.")
    ] = None,
) -> None:
    """Find every event of alerts and cases, and row of the log, that was changed, removed, inserted or cut off.

    Status 1 when there is one. The last line is the anchor: keep it outside of the database, because whoever owns
    the database could rewrite the whole chain, and only an anchor shows that.
    """
    from cityops.audit.anchors import read_anchor  # noqa: PLC0415
    from cityops.operations.anchor_file import read_kept_anchors  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from cityops.storage.audit import ChainBroken, verify_chain  # noqa: PLC0415

    noted = [read_anchor(anchor)] if anchor is not None else []
    noted += [one.anchor for one in read_kept_anchors(anchors)] if anchors is not None else []
    database = Database(read_settings().require_database_url(), application="audit")
    with database.transaction() as tx:
        findings, head = verify_chain(tx, anchors=noted)
    for finding in findings[:MOST_SHOWN]:
        typer.echo(f"{finding.trouble}: {finding.place}")
    if findings:
        raise ChainBroken(f"The audit chain is broken in {len(findings)} places. {ChainBroken.__doc__}")
    typer.echo(f"The audit chain is whole: {head.seq if head else 0} rows.")
    if noted:
        typer.echo(f"It goes through all {len(noted)} anchors.")
    typer.echo(f"anchor {head}")


@app.command("anchor")
def keep_anchor(
    file: Annotated[Path, typer.Option("--to", help="The file, outside of the database: best on another machine.")],
) -> None:
    """Add the end of the chain to a file of anchors: who rewrites the whole chain later cannot rewrite that file.

    `cityops watch` does the same once a day with CITYOPS_ANCHOR_FILE. Status 1 when the chain no longer goes through
    the last anchor of the file; then nothing is added.
    """
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.operations.anchor_file import anchor_chain  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    database = Database(read_settings().require_database_url(), application="audit")
    with database.transaction() as tx:
        typer.echo(anchor_chain(tx, file, utc_now()))
