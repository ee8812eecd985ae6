"""The verb `cityops keep`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def keep(
    verb: Annotated[list[str], typer.Argument(help="The verb and its options, such as: ingest --metrics-port 9100.")],
    silence: Annotated[
        float, typer.Option(help="End it after so many seconds without a sign of progress.", min=5)
    ] = 60,
    mark: Annotated[
        Path | None, typer.Option(help="A file to touch at each sign of progress; a health check asks for its age.")
    ] = None,
) -> None:
    """Run another verb, and end it when it hangs, so that who started this starts it again.

    For containers. systemd asks for progress itself: set WatchdogSec in the unit.
    """
    from cityops.embedded.keeper import keep as run  # noqa: PLC0415
    from cityops.operations import logs, signals  # noqa: PLC0415  (each verb loads only what it needs)

    logs.log_to_stdout()
    command = [sys.executable, "-m", "cityops", *verb]
    sys.exit(run(command, silence=silence, mark=mark, stopping=signals.stop_event()))
