"""The verb `cityops rules`: what is in force, whether a file is good, change one, try them on what is stored."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cityops.verbs.options import open_catalogue, open_database

app = typer.Typer(help="Alert rules.", no_args_is_help=True)

RulesFile = Annotated[Path | None, typer.Argument(help="A TOML file of rules; without it the one of the settings.")]


@app.command("list")
def list_rules() -> None:
    """Show every rule of the database: its version, whether it is in force, and why not if it failed or is broken.

    `broken`: it is switched on, but this version or the catalogue cannot read it, so nothing is judged by it.
    """
    from alerts.rules.readable_rules import find_unreadable  # noqa: PLC0415
    from alerts.rules.store import stored_rules, title_of  # noqa: PLC0415

    with open_database("rules").transaction() as tx:
        rules = stored_rules(tx)
    broken = find_unreadable(rules, open_catalogue())
    for rule in rules:
        state = "failed" if rule.fault else "off"
        if rule.enabled:
            state = "broken" if rule.rule_id in broken else "on"
        by = f" edited by {rule.edited_by}" if rule.edited_by else ""
        why = "".join(f" {words}" for words in (rule.fault, broken.get(rule.rule_id)) if words)
        typer.echo(f"{rule.rule_id:24} v{rule.version:<4} {state:7} {title_of(rule)}{by}{why}")


@app.command()
def check(file: RulesFile = None) -> None:
    """Say whether a file of rules can be used; the first bad rule is named with its field and the reason."""
    from alerts.rules.rule_files import load_rules  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    rules = load_rules(open_catalogue(), file or read_settings().rules_file)
    typer.echo(f"{len(rules)} rules, all good.")


@app.command("set")
def set_rule(
    file: Annotated[Path, typer.Argument(help="A TOML file with one [[rule]] or several.")],
    off: Annotated[bool, typer.Option("--off", help="Store them switched off.")] = False,  # noqa: FBT002
) -> None:
    """Put rules in force; running programs use them within seconds. A bad one is refused, and nothing changes."""
    from alerts.rules.rule_files import load_rules  # noqa: PLC0415
    from alerts.rules.store import definition_of, edit_rule  # noqa: PLC0415
    from cityops.accounts.roles import Role  # noqa: PLC0415
    from cityops.accounts.users import User  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    catalogue, by = open_catalogue(), User(getpass.getuser(), Role.SUPERVISOR)
    rules = load_rules(catalogue, file)
    with open_database("rules").transaction() as tx:
        for rule in rules:
            edit_rule(
                tx,
                definition_of(rule),
                by=by,
                catalogue=catalogue,
                now=utc_now(),
                enabled=not off,
                origin="command line",
            )
    typer.echo(f"{len(rules)} rules stored, switched {'off' if off else 'on'}.")


@app.command("on")
def switch_on(rule_id: Annotated[str, typer.Argument(metavar="NAME", help="As `cityops rules list` has it.")]) -> None:
    """Put a rule in force as it stands: one that came switched off, or that somebody switched off."""
    _switch(rule_id, enabled=True)


@app.command("off")
def switch_off(rule_id: Annotated[str, typer.Argument(metavar="NAME", help="As `cityops rules list` has it.")]) -> None:
    """Switch a rule off as it stands; its open alerts end."""
    _switch(rule_id, enabled=False)


def _switch(rule_id: str, *, enabled: bool) -> None:
    from alerts.errors import RuleError  # noqa: PLC0415
    from alerts.rules.store import edit_rule, stored_rules  # noqa: PLC0415
    from cityops.accounts.roles import Role  # noqa: PLC0415
    from cityops.accounts.users import User  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415

    by = User(getpass.getuser(), Role.SUPERVISOR)
    with open_database("rules").transaction() as tx:
        found = next((one for one in stored_rules(tx) if one.rule_id == rule_id), None)
        if found is None:
            raise RuleError(f"There is no rule {rule_id}. `cityops rules list` names them.")
        edit_rule(
            tx,
            found.definition,
            by=by,
            catalogue=open_catalogue(),
            now=utc_now(),
            enabled=enabled,
            version=found.version,
            origin="command line",
        )
    typer.echo(f"{rule_id} is {'on' if enabled else 'off'}.")


@app.command()
def replay(
    start: Annotated[datetime, typer.Option("--from", help="ISO 8601; without an offset in the city's zone.")],
    end: Annotated[datetime, typer.Option("--to", help="The same; readings before it are judged.")],
    file: RulesFile = None,
) -> None:
    """Try rules on stored readings: what they would have raised. Nothing is raised.

    Rules on readings and on signs are tried; those that the clock judges (silence, indices, warnings of others) are
    not, and are named.
    """
    from alerts.evaluation import backtest, backtest_counts  # noqa: PLC0415
    from alerts.rules.readable_rules import rules_in_force  # noqa: PLC0415
    from alerts.rules.rule_files import load_rules  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415

    catalogue, database, zone = open_catalogue(), open_database("rules"), read_settings().zone
    if file is None:
        with database.transaction() as tx:
            rules = rules_in_force(tx, catalogue)
    else:
        rules = load_rules(catalogue, file)
    start, end = (moment if moment.tzinfo else moment.replace(tzinfo=zone) for moment in (start, end))
    counts = backtest_counts.tally(backtest.replay(database, rules, catalogue, start=start, end=end, zone=zone))
    for name, one in backtest_counts.busiest(counts):
        typer.echo(f"{name:24} {one.raised:6} raised {one.cleared:6} cleared on {len(one.series):5} series")
    left_out = [rule.id for rule in rules if not backtest.can_try(rule)]
    for name in left_out:
        typer.echo(f"{name:24} not tried: the clock judges it, and what it saw then is not stored")
    typer.echo(f"{sum(one.raised for one in counts.values())} alerts of {len(rules) - len(left_out)} rules.")
