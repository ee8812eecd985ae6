"""The verb `cityops citizens play`: the citizens of a demo, and the people who handle what they report."""

from datetime import datetime

import typer

from cases.verbs.play import History, Seed

app = typer.Typer()


@app.command()
def play(seed: Seed = 7, history: History = 30) -> None:
    """Play the citizens of a demo beside the people of `cityops cases play`: they call, send, ask and call again.

    An empty city gets a history first. Never let it run on a city with people of its own.
    """
    from cases.play.player import Player  # noqa: PLC0415  (each verb loads only what it needs)
    from cases.play.round import play_on  # noqa: PLC0415
    from citizens.play.agents import Agents  # noqa: PLC0415
    from citizens.play.history import HistoryCalls  # noqa: PLC0415
    from citizens.play.living import LivingCalls  # noqa: PLC0415
    from citizens.play.stories import load_stories  # noqa: PLC0415
    from citizens.store.topics import propose_topics  # noqa: PLC0415
    from citizens.topics.criteria import load_criteria  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.operations.signals import stop_event  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.verbs.options import open_database  # noqa: PLC0415

    settings, database, stories = read_settings(), open_database("play"), load_stories()
    today = utc_now().astimezone(settings.zone).date()
    agents = Agents(settings.zone, seed, settings.reporter_public_key)
    before = HistoryCalls(agents, stories, today, settings.language)
    living = LivingCalls(database, agents, stories, settings.language)
    player = Player(
        database,
        settings.zone,
        seed,
        stopping=stop_event(),
        others=before.happenings,
        calling=agents.call_back,
    )

    def look(now: datetime) -> None:
        with database.transaction() as tx:
            propose_topics(tx, criteria=load_criteria(settings.topics_file), now=now, zone=settings.zone)

    play_on(player, history, say=typer.echo, once=look, live=(living.play_now,))
