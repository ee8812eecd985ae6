"""The verb `cityops cases play`: the people of a demo."""

from typing import Annotated

import typer

app = typer.Typer()

LOOK_EVERY = 2.0  # seconds


@app.command()
def play(
    seed: Annotated[int, typer.Option(help="The same seed gives the same stories.")] = 7,
    history: Annotated[int, typer.Option(help="How many days of cases an empty city gets first.", min=0)] = 30,
) -> None:
    """Play the people of a demo: they report, file, dispatch, handle, check and close, not always in time or well.

    An empty city gets a history first. Never let it run on a city with people of its own.
    """
    from cases.play.player import Player  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.operations.signals import stop_event  # noqa: PLC0415
    from cityops.operations.watchdog import show_progress  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415

    stopping = stop_event()
    player = Player(open_database("play"), read_settings().zone, seed, stopping=stopping)
    cases = None
    while cases is None and not stopping.is_set():
        cases = player.play_history(history, utc_now())
        show_progress()
        if cases is None:  # no sensors yet
            stopping.wait(LOOK_EVERY)
    typer.echo(f"{cases or 0} cases.")
    while not stopping.wait(LOOK_EVERY):
        show_progress()
        player.play_now(utc_now())
