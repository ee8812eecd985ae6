"""The verb `cityops cases play`: the people of a demo."""

from typing import Annotated

import typer

app = typer.Typer()
Seed = Annotated[int, typer.Option(help="The same seed gives the same stories.")]
History = Annotated[int, typer.Option(help="How many days of cases an empty city gets first.", min=0)]


@app.command()
def play(seed: Seed = 7, history: History = 30) -> None:
    """Play the people of a demo: they report, file, dispatch, handle, check and close, not always in time or well.

    An empty city gets a history first. Never let it run on a city with people of its own.
    """
    from cases.play.player import Player  # noqa: PLC0415  (each verb loads only what it needs)
    from cases.play.round import play_on  # noqa: PLC0415
    from cityops.operations.signals import stop_event  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415

    player = Player(open_database("play"), read_settings().zone, seed, stopping=stop_event())
    play_on(player, history, say=typer.echo)
