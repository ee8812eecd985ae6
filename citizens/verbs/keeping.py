"""The verb `cityops citizens keep`: a report that is needed for longer."""

from datetime import datetime
from typing import Annotated

import typer

from cityops.verbs.options import actor, open_database

app = typer.Typer()


@app.command()
def keep(
    number: Annotated[str, typer.Argument(help="The number of the report, such as R20261129-000017.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="It is not forgotten before this day.")],
    why: Annotated[str, typer.Option(help="The reason, without any person: it is on record for ever.")],
) -> None:
    """Keep a report and who sent it longer than usual, as for a lawsuit. Another day takes the place of the first.

    cityops citizens keep R20261129-000017 --until 2028-06-30 --why "行政诉讼 2026-118 号"
    """
    from citizens.store.keeping import keep_longer  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    day = until.replace(tzinfo=read_settings().zone)
    with open_database("citizens").transaction() as tx:
        keep_longer(tx, number, until=day, why=why, actor=actor(), now=utc_now())
    typer.echo(f"{number} is kept until {until:%Y-%m-%d}.")
