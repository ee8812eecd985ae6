"""The verbs `cityops cap rule …`: which alerts tell the public."""

from typing import Annotated

import typer

from cityops.verbs.options import actor, open_database

app = typer.Typer(help="Which alert rules become public warnings. Without any, nothing goes out.", no_args_is_help=True)

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="The id of a rule.")]


@app.command("list")
def show() -> None:
    """Show which rules go out, as what, and who decides.

    cityops cap rule list
    """
    from cap.store.deciding import SQL  # noqa: PLC0415  (each verb loads only what it needs)

    with open_database("cap").transaction() as tx:
        rows = tx.rows(SQL["list_cap_rules"])
    if not rows:
        typer.echo("No rule goes out. `cityops cap rule add RULE` lets one out.")
    for row in rows:
        decides = f"levels 1 to {row['approve_to']} wait for a person" if row["approve_to"] else "nobody decides"
        typer.echo(
            f"{row['rule_id']}: {row['event']}, by {row['area_level']}, for {row['hours']:g} h, {decides}; "
            f"{row['changed_by']}, {row['changed_at']:%Y-%m-%d}"
        )


@app.command("add")
def add(
    rule_id: RuleName,
    event: Annotated[str, typer.Option(help="As what it goes out; the usual event of a rule of ours.")] = "",
    area: Annotated[str, typer.Option(help="How precisely it says where: city, district or street.")] = "district",
    approve_to: Annotated[
        int, typer.Option("--approve", help="Levels from 1 (red) to this wait for a person; 0: none does.")
    ] = 2,
    hours: Annotated[
        float, typer.Option(help="How long a message holds; it is renewed while the condition does.")
    ] = 6.0,
) -> None:
    """Let the alerts of a rule out to the public, or change on what terms.

    cityops cap rule add rainstorm-red --event rain --approve 2
    """
    from cap.events import suggested_events  # noqa: PLC0415
    from cap.store.deciding import let_out  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.storage.audit import COMMAND_LINE  # noqa: PLC0415

    chosen = event or suggested_events().get(rule_id, "")
    with open_database("cap").transaction() as tx:
        let_out(
            tx,
            rule_id,
            event=chosen,
            area_level=area,
            approve_to=approve_to,
            hours=hours,
            actor=actor(),
            now=utc_now(),
            origin=COMMAND_LINE,
        )
    typer.echo(f"{rule_id} goes out as {chosen}.")


@app.command("remove")
def remove(rule_id: RuleName) -> None:
    """Keep the alerts of a rule in. What stands ends when it expires, or when a person says so.

    cityops cap rule remove rainstorm-red
    """
    from cap.store.deciding import keep_in  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.storage.audit import COMMAND_LINE  # noqa: PLC0415

    with open_database("cap").transaction() as tx:
        keep_in(tx, rule_id, actor=actor(), now=utc_now(), origin=COMMAND_LINE)
    typer.echo(f"{rule_id} tells nobody any more.")
