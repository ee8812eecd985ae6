"""The verbs `cityops watch` and `cityops rules`."""

import typer

from alerts import rules_command

app = typer.Typer()
app.add_typer(rules_command.app, name="rules")


@app.command()
def watch() -> None:
    """Do the timed jobs: partitions ahead, roll-ups, forgetting what is too old. Safe to start twice: one leads."""
    from alerts.watch.program import run  # noqa: PLC0415  (other verbs start without loading this one)

    run()
