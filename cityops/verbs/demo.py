"""The verb `cityops demo`."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The dashboard's port on this machine.")] = 8050,
    portal_port: Annotated[
        int | None, typer.Option(help="The public's port; 10 above the dashboard's unless told; 0: no portal.", min=0)
    ] = None,
    sensors: Annotated[
        int, typer.Option(help="How many sensors the city has; 0: none, for your own devices.", min=0)
    ] = 500,
    seed: Annotated[int, typer.Option(help="Which city: the same seed is the same city.")] = 7,
    history: Annotated[str, typer.Option(help="How far back the charts go, such as 24h or 30d.")] = "24h",
    case_history: Annotated[
        int, typer.Option(help="How many days of cases it has, and people who handle them; 0: neither.", min=0)
    ] = 30,
    speed: Annotated[float, typer.Option(help="How much faster than life the city's day passes.")] = 1.0,
    scenario: Annotated[
        str | None, typer.Option(help="A story to tell from the start on; `cityops scenario list` names them.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept; started again on it, the demo continues.")
    ] = None,
    domains: Annotated[
        str | None, typer.Option(help="The city's domains, separated by commas, or all; as CITYOPS_DOMAINS.")
    ] = None,
    password: Annotated[
        str | None, typer.Option(help="The password of the demo accounts; made up when not given.")
    ] = None,
) -> None:
    """Show a live city: database, broker, ingest, simulator and dashboard in one process tree.

    Needs nothing installed, no root, no network. Ctrl-C ends it.
    """
    from cityops.operations import signals  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.operations.demo import run  # noqa: PLC0415
    from cityops.operations.demo_programs import DemoOptions  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    if domains is not None:
        settings = settings.model_copy(update={"domains": tuple(domains.replace(",", " ").split())})
    simulate = ["--sensors", str(sensors), "--seed", str(seed), "--history", history, "--speed", str(speed)]
    simulate += ["--scenario", scenario] if scenario else []
    play = ["--seed", str(seed), "--history", str(case_history)]
    options = DemoOptions(
        port,
        port + 10 if portal_port is None else portal_port,
        simulate if sensors else None,
        play if sensors and case_history else None,
        password,
    )
    run(settings, options, stopping=signals.stop_event(), say=_say)


def _say(line: str) -> None:
    with suppress(OSError):  # the file to which it is written may lie on a full disk: the city goes on
        print(line, flush=True)  # noqa: T201  (this verb's output is for the person at the terminal)
