"""The verbs `cityops scenario list|start|step|stop|status`: what a presenter does from a terminal."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cityops.clock import utc_now
from cityops.scenarios import LEAD_IN, Run, Scenario

if TYPE_CHECKING:
    from cityops.storage import Transaction

app = typer.Typer(no_args_is_help=True, help="Tell a story to the simulated city that runs: start, step, stop.")
Story = Annotated[str, typer.Argument(metavar="NAME", help="A name of `cityops scenario list`.")]


@app.command("list")
def list_scenarios() -> None:
    """Print every scenario with how long it takes when it is presented."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415  (other verbs start without loading these)
    from cityops.settings import read_settings  # noqa: PLC0415
    from sensors_sim.story.scenarios import all_scenarios  # noqa: PLC0415

    for one in all_scenarios(read_catalogue(read_settings())):
        _say(f"{one.name:<18} {_clock(one.lasts / one.pace):>9}  {one.title.zh} {one.title.en}: {one.summary.en}")


@app.command()
def start(
    name: Story,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="Times faster than it is presented.")] = 1.0,
) -> None:
    """Start a scenario; one that runs ends. A simulator on the same database follows within a second.

    It begins from calm: what happens by chance ends, open alerts of simulated sensors are closed, and after ten
    seconds the story begins.
    """
    from cityops.storage.operations.scenarios import start_run  # noqa: PLC0415

    with _transaction() as tx:
        run = start_run(tx, name, actor=_person(), now=utc_now(), faster=speed, lead_in=LEAD_IN)
        _tell(run, _find(tx, run))


@app.command()
def step() -> None:
    """Go on with the next step at once; after the last one the scenario ends."""
    from cityops.storage.operations.scenarios import step_run  # noqa: PLC0415

    with _transaction() as tx:
        run = step_run(tx, actor=_person(), now=utc_now())
        _tell(run, _find(tx, run))


@app.command()
def stop() -> None:
    """End the scenario: what it began fades."""
    from cityops.storage.operations.scenarios import stop_run  # noqa: PLC0415

    with _transaction() as tx:
        run = stop_run(tx, actor=_person(), now=utc_now())
    _say(f"{run.name} ended")


@app.command()
def status() -> None:
    """Print which scenario runs and how far it is. The status is 1 when none does."""
    from cityops.storage.operations.scenarios import current_run  # noqa: PLC0415

    with _transaction() as tx:
        run = current_run(tx)
        if run is None:
            _say("no scenario runs")
            raise typer.Exit(1)
        _tell(run, _find(tx, run))


@contextmanager
def _transaction() -> Iterator["Transaction"]:
    """Open a transaction on CITYOPS_DATABASE_URL, with the scenarios of this version in it."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from cityops.storage.operations.scenarios import store_scenarios  # noqa: PLC0415
    from sensors_sim.story.scenarios import all_scenarios  # noqa: PLC0415

    settings = read_settings()
    database = Database(settings.require_database_url(), application="scenario")
    try:
        with database.transaction() as tx:
            store_scenarios(tx, all_scenarios(read_catalogue(settings)))
            yield tx
    finally:
        database.close()


def _find(tx: "Transaction", run: Run) -> Scenario:
    from cityops.storage.operations.scenarios import load_scenarios  # noqa: PLC0415

    return next(one for one in load_scenarios(tx) if one.name == run.name)


def _tell(run: Run, scenario: Scenario) -> None:
    seconds = max(0.0, run.seconds(utc_now()))
    if run.is_over(scenario, utc_now()):
        _say(f"{run.name} is over")
        return
    number = scenario.step_at(seconds)
    here = scenario.steps[number]
    _say(f"{run.name} {_clock(seconds / run.pace)} of {_clock(scenario.lasts / run.pace)}, {run.pace:g} times life")
    _say(f"step {number + 1} of {len(scenario.steps)}: {here.title.zh} {here.title.en}")
    _say(f"{here.says.zh}\n{here.says.en}")


def _clock(seconds: float) -> str:
    """Return hours, minutes and seconds, as 1:05:00 or 05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _person() -> str:
    """Return who acts, for the audit log."""
    return getpass.getuser()


def _say(line: str) -> None:
    typer.echo(line)
