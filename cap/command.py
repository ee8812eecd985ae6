"""The verbs `cityops cap …`."""

import typer

from cap.verbs import keys, rules, watch

app = typer.Typer()
cap = typer.Typer(
    help="Public warnings in the Common Alerting Protocol: the key, which rules go out, and those of others.",
    no_args_is_help=True,
)
app.add_typer(cap, name="cap")
cap.add_typer(keys.app)
cap.add_typer(watch.app)
cap.add_typer(rules.app, name="rule")
