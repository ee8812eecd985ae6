"""The verbs `cityops citizens services …`: which categories the public may report, and which are personal."""

from typing import Annotated

import typer

from cityops.verbs.options import actor, open_database

app = typer.Typer(help="Which categories the public may report, and which are personal.", no_args_is_help=True)
Categories = Annotated[list[str], typer.Argument(help="Keys of the catalogue, such as event/05-06.")]


@app.command("list")
def show() -> None:
    """List the categories of the catalogue in force with how they stand."""
    from citizens.store.services import list_services  # noqa: PLC0415  (each verb loads only what it needs)

    with open_database("citizens").transaction() as tx:
        rows = list_services(tx)
    for row in rows:
        state = "open  " if row["is_open"] else "closed"
        personal = "personal" if row["is_personal"] else "        "
        typer.echo(f"{row['category']:20} {state} {personal} {row['name_zh']} {row['name_en']}".rstrip())


@app.command("open")
def open_(categories: Categories) -> None:
    """Let the public report categories. The portal knows it within ten minutes."""
    _change(categories, "open")


@app.command()
def close(categories: Categories) -> None:
    """Take categories from the public. What was reported stays, and so does what its people are told."""
    _change(categories, "close")


@app.command()
def personal(categories: Categories) -> None:
    """Say of categories that their places may tell who reported: they are shown roughly, without address."""
    _change(categories, "personal")


@app.command()
def plain(categories: Categories) -> None:
    """Say of categories that they are not personal: their places are shown as they are, those of before too."""
    _change(categories, "plain")


def _change(categories: list[str], act: str) -> None:
    from citizens.store.services import ServiceAct, change_service  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    now, who = utc_now(), actor()
    with open_database("citizens").transaction() as tx:
        changed = [one for one in categories if change_service(tx, one, ServiceAct(act), actor=who, now=now)]
    typer.echo(f"{len(changed)} of {len(categories)} changed.")
