"""The verb `cityops ingest`, and what one asks of it: its state, dead letters, and names that nobody knows."""

from typing import Annotated

import typer

from cityops.verbs.options import open_catalogue, open_database

app = typer.Typer()
group = typer.Typer(invoke_without_command=True)
app.add_typer(group, name="ingest")


@group.callback()
def ingest(
    context: typer.Context,
    domains: Annotated[str, typer.Option(help="Only these domains, separated by commas.")] = "",
    areas: Annotated[str, typer.Option(help="Only these area codes, separated by commas.")] = "",
    share: Annotated[str | None, typer.Option(help="Share the work with every worker of this group.")] = None,
    client_id: Annotated[
        str, typer.Option(help="The name of the session at the broker. Each worker needs its own, and keeps it.")
    ] = "cityops-ingest",
    metrics_port: Annotated[int | None, typer.Option(help="Serve Prometheus metrics on this port.")] = None,
    *,
    lane: Annotated[
        bool, typer.Option(help="Store first what comes of the domains with rules of severity 1; not with --share.")
    ] = True,
) -> None:
    """Store what the sensors say.

    Reads CITYOPS_MQTT_URL, writes CITYOPS_DATABASE_URL. A message is acknowledged to the broker only after
    the transaction that stored it; a worker that is killed loses nothing.
    """
    if context.invoked_subcommand is None:
        from ingest.program import run  # noqa: PLC0415  (other verbs start without loading this one)

        slices = _split(domains), _split(areas)
        run(*slices, share=share, client_id=client_id, metrics_port=metrics_port, has_lane=lane)


@group.command()
def status() -> None:
    """Show the loss ledger, the online states, and the devices that need a look."""
    from cityops.clock import utc_now  # noqa: PLC0415
    from ingest.status import describe  # noqa: PLC0415

    with open_database("ingest status").transaction() as tx:
        lines = describe(tx, utc_now())
    for line in lines:
        typer.echo(line)


@group.command("replay-dead-letters")
def replay_dead_letters(
    *,
    show: Annotated[bool, typer.Option("--list", help="Only list what is wrong with them, by field.")] = False,
    explain: Annotated[int | None, typer.Option(help="Only show this letter, whole.")] = None,
    field: Annotated[str, typer.Option(help="Only those with this field at fault, such as topic.sensor.")] = "",
    sensor: Annotated[str, typer.Option(help="Only those of this sensor.")] = "",
    most: Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.")] = None,
) -> None:
    """Process messages that could not be stored once more, after what was wrong has been put right.

    Letters of a sensor that was not registered are replayed by themselves when it registers. A letter that fails
    again is kept with its new reason.
    """
    from ingest import status  # noqa: PLC0415  (other verbs start without loading this one)
    from ingest.program import replay  # noqa: PLC0415

    if show or explain is not None:
        with open_database("ingest status").transaction() as tx:
            lines = status.list_letters(tx) if explain is None else status.explain_letter(tx, explain)
    else:
        outcome = replay(field=field, sensor=sensor, most=most)
        lines = [
            f"{outcome.replayed} letters replayed: {outcome.stored} readings stored, "
            f"{outcome.dead.total()} letters refused again."
        ]
    for line in lines:
        typer.echo(line)


@group.command()
def unmapped() -> None:
    """List the names that devices send and their kind does not have, and which metric may be meant."""
    from cityops.storage.messages.border import unmapped_frame  # noqa: PLC0415
    from ingest.mapping import list_unmapped  # noqa: PLC0415

    with open_database("ingest status").transaction() as tx:
        lines = list_unmapped(unmapped_frame(tx), open_catalogue())
    for line in lines:
        typer.echo(line)


@group.command("map")
def map_name(
    kind: Annotated[str, typer.Argument(help="The kind of the devices, such as air_station.")],
    name: Annotated[str, typer.Argument(help="The name as they send it.")],
    metric: Annotated[str, typer.Argument(help="The metric of the catalogue that is meant.")],
    unit: Annotated[str | None, typer.Option(help="The unit they send; without it, the catalogue's.")] = None,
) -> None:
    """Say which metric is meant by a name of the devices' own.

    Ingest takes it up within seconds, without a restart. Values that came before are not stored.
    """
    from cityops.storage.messages.name_mappings import Mapping, set_mapping  # noqa: PLC0415
    from ingest.mapping import check_mapping  # noqa: PLC0415

    mapping = check_mapping(Mapping(kind, name, metric, unit), open_catalogue())
    with open_database("ingest status").transaction() as tx:
        set_mapping(tx, mapping)
    typer.echo(f"From now on {name!r} of a {kind} is {metric}.")


@group.command()
def unmap(
    kind: Annotated[str, typer.Argument(help="The kind of the devices.")],
    name: Annotated[str, typer.Argument(help="The name as they send it.")],
) -> None:
    """Take a mapping back: from now on the name is only counted."""
    from cityops.storage.messages.name_mappings import remove_mapping  # noqa: PLC0415

    with open_database("ingest status").transaction() as tx:
        done = remove_mapping(tx, kind, name)
    typer.echo(f"{name!r} of a {kind} means nothing any more." if done else f"{name!r} of a {kind} was not mapped.")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
