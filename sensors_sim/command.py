"""The verbs `cityops simulate`, `replay`, `scenario` and `score`.

Every call of `cityops` loads this module, so whatever is heavy is imported inside the functions.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from cityops.clock import utc_now
from cityops.operations.signals import stop_event
from sensors_sim.options import parse_moment, parse_span
from sensors_sim.story import command as scenario_command

app = typer.Typer()
app.add_typer(scenario_command.app, name="scenario")


@app.command()
def simulate(
    *,
    sensors: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many devices the city has.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same city and the same values.")] = 7,
    rate: Annotated[float, typer.Option(min=0.001, max=1000, help="2 lets devices report twice as often.")] = 1.0,
    speed: Annotated[
        float, typer.Option(min=0.001, max=10_000, help="60 lets rush hours pass 60 times faster; stamps stay real.")
    ] = 1.0,
    duration: Annotated[
        str, typer.Option(help="Stop after this long: 90, 10m, 2h. Default: never; a minute with --print.")
    ] = "",
    history: Annotated[
        str, typer.Option(help="Fill the store with the past: 24h, 7d. Needs CITYOPS_DATABASE_URL.")
    ] = "0",
    incidents: Annotated[
        bool, typer.Option(help="Let things go wrong now and then, the first after ten seconds.")
    ] = True,
    start: Annotated[str, typer.Option(help="With --print: pretend it is this moment (ISO 8601 with a zone).")] = "",
    form: Annotated[Literal["json", "senml"], typer.Option("--format", help="How readings are written.")] = "json",
    pack: Annotated[int, typer.Option(min=1, max=1000, help="Reports in one message.")] = 1,
    scenario: Annotated[
        str, typer.Option(help="Tell a story from the start on, at its own pace times --speed; see `scenario list`.")
    ] = "",
    faults: Annotated[
        float, typer.Option(min=0, max=24, help="Faults by chance that a device has a day, on average.")
    ] = 0.0,
    truth: Annotated[
        Path | None, typer.Option(help="Write here what really happened, as JSON lines; `score` reads it.")
    ] = None,
    print_: Annotated[
        bool, typer.Option("--print", help="Write messages to standard output as JSON lines; no broker.")
    ] = False,
) -> None:
    """Publish a simulated city over MQTT, like any devices.

    The broker is CITYOPS_MQTT_URL. With CITYOPS_DATABASE_URL set, areas and map are stored first. The same seed
    gives the same city; more sensors add to it and change none of the others.
    """
    from cityops.settings import read_settings  # noqa: PLC0415
    from sensors_sim import program  # noqa: PLC0415  (other verbs start without loading this one)
    from sensors_sim.publishing.reading_messages import MessageFormat  # noqa: PLC0415

    settings = read_settings()
    plan = program.SimulationPlan(
        sensors=sensors,
        seed=seed,
        start=_start(start, printing=print_),
        rate=rate,
        speed=speed,
        duration=parse_span(duration, "--duration") if duration else None,
        history=parse_span(history, "--history"),
        incidents=incidents,
        form=MessageFormat(form),
        pack=pack,
        scenario=_scenario(scenario),
        faults=faults,
        truth=truth,
    )
    if print_:
        _print_quietly(lambda: program.print_city(settings, plan, out=sys.stdout))
    else:
        if plan.history:
            settings.require_database_url()
        program.run_city(settings, plan, stopping=stop_event())


@app.command()
def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with the columns time,sensor,metric,value.")],
    *,
    sensors: Annotated[
        Path | None, typer.Option(help="CSV sensor,kind,name,lon,lat,crs[,area]: registered first.")
    ] = None,
    area: Annotated[str, typer.Option(help="Area code of sensors that have none in --sensors.")] = "990900",
    speed: Annotated[
        float, typer.Option(min=0, help="1 real time, 60 sixty times faster, 0 as fast as the broker takes it.")
    ] = 0,
    shift_to_now: Annotated[
        bool, typer.Option("--shift-to-now", help="Move the whole recording by one constant, so that it ends now.")
    ] = False,
) -> None:
    """Publish recorded readings over MQTT, with their gaps and oddities.

    `time` is ISO 8601 with a zone. Rows that cannot be used are reported with line and column and left out.
    With --shift-to-now gaps stay exact and nothing lies in the future. The broker is CITYOPS_MQTT_URL.
    """
    from cityops.settings import read_settings  # noqa: PLC0415
    from sensors_sim.publishing import replay as program  # noqa: PLC0415  (other verbs start without loading this one)

    plan = program.ReplayPlan(recording, sensors, area, speed, shift_to_now)
    if not program.run(read_settings(), plan, stopping=stop_event()):
        raise typer.Exit(130)


@app.command()
def score(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="A file that `simulate --truth` wrote.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
) -> None:
    """Compare what happened with the alerts in the database: precision, recall, time to detect.

    The database is CITYOPS_DATABASE_URL. An alert is false when no incident reached its sensor.
    """
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from sensors_sim.scoring.program import describe, score_database, summarise  # noqa: PLC0415

    database = Database(read_settings().require_database_url(), application="score")
    try:
        _, found = score_database(database, truth)
    finally:
        database.close()
    for line in [summarise(found)] if as_json else describe(found):
        typer.echo(line)


def _scenario(name: str) -> str | None:
    """Return the name of a scenario that exists. Raises ScenarioError."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from sensors_sim.story.scenarios import load_story  # noqa: PLC0415

    if name:
        load_story(name, read_catalogue(read_settings()))
    return name or None


def _start(text: str, *, printing: bool) -> datetime:
    """Return when the city starts: devices that publish live only in the present."""
    from sensors_sim.errors import OptionError  # noqa: PLC0415

    if text and not printing:
        raise OptionError("--start works only with --print: devices stamp the real present. Leave it out.")
    return parse_moment(text, "--start") if text else utc_now()


def _print_quietly(write: Callable[[], None]) -> None:
    """Write to standard output; a reader that has seen enough (`| head`) is no error."""
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more at exit and would complain: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
