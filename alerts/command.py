"""The verb `cityops watch`."""

import typer

app = typer.Typer()


@app.command()
def watch() -> None:
    """Do the timed jobs: partitions ahead, roll-ups, forgetting what is too old. Safe to start twice: one leads."""
    from alerts.program import run  # noqa: PLC0415  (other verbs start without loading this one)

    run()
