"""The verbs `cityops watch`, `cityops rules` and `cityops domain`."""

import typer

from alerts import domain_command, rules_command

app = typer.Typer()
app.add_typer(rules_command.app, name="rules")
app.add_typer(domain_command.app, name="domain")


@app.command()
def watch() -> None:
    """Do the timed jobs: partitions ahead, roll-ups, forgetting what is too old. Safe to start twice: one leads."""
    from alerts.watch.program import run  # noqa: PLC0415  (other verbs start without loading this one)

    run()
