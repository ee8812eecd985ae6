"""The verbs `cityops db migrate` and `cityops db status`."""

import typer

app = typer.Typer(help="The schema of the database.", no_args_is_help=True)


@app.command()
def migrate() -> None:
    """Bring the schema of CITYOPS_DATABASE_URL up to date. Run it again as often as you like."""
    from cityops.catalogue import read_catalogue  # noqa: PLC0415  (each verb loads only what it needs)
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from cityops.storage.migrate import migrate as migrate_schema  # noqa: PLC0415

    settings = read_settings()
    database = Database(settings.require_database_url(), application="migrate")
    catalogue = read_catalogue(settings)
    profile = migrate_schema(database, catalogue, report=typer.echo, zone=settings.zone)
    typer.echo(f"The schema is up to date ({profile}).")


@app.command()
def status() -> None:
    """Say whether the schema is up to date; status 1 when it is not."""
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415
    from cityops.storage.migrate import pending  # noqa: PLC0415
    from cityops.storage.readings.rollups import explain_zone  # noqa: PLC0415

    settings = read_settings()
    database = Database(settings.require_database_url(), application="status")
    missing = pending(database)
    if missing:
        typer.echo(f"Not migrated yet: {', '.join(missing)}. Run `cityops db migrate`.", err=True)
        raise typer.Exit(1)
    with database.transaction() as tx:
        wrong = explain_zone(tx, settings.zone)
    if wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(1)
    typer.echo("The schema is up to date.")
