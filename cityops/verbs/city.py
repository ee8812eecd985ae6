"""The verbs `cityops city import` and `clear-simulated`."""

from pathlib import Path
from typing import Annotated

import typer

from cityops.areas import AreaLevel
from cityops.verbs.options import DryRun, Encoding, FileCrs, FileLayer, SwapAxes

app = typer.Typer(help="The city's administrative areas.", no_args_is_help=True)


@app.command("import")
def import_areas(
    file: Annotated[
        Path, typer.Argument(help="GeoJSON, GeoPackage, shapefile (also zipped) or any other vector file.")
    ],
    level: Annotated[AreaLevel, typer.Option(help="What all areas of the file are.")],
    code_column: Annotated[str, typer.Option(help="The column with the administrative codes, strings of digits.")],
    name_column: Annotated[str, typer.Option(help="The column with the names.")],
    name_en_column: Annotated[str | None, typer.Option(help="The column with the English names.")] = None,
    parent_column: Annotated[
        str | None,
        typer.Option(help="The column with the code of the area above; without it, codes and places tell."),
    ] = None,
    crs: FileCrs = None,
    encoding: Encoding = None,
    layer: FileLayer = None,
    change_levels: Annotated[  # noqa: FBT002
        bool, typer.Option("--change-levels", help="Codes stored at another level become what this file says.")
    ] = False,
    swap_axes: SwapAxes = False,  # noqa: FBT002
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    """Import administrative areas of one level: all of the file, or nothing.

    Each area finds the one above it; one that came before the area above it finds it when that comes. The same
    code again replaces what is stored. Polygons are repaired and stored in WGS-84; every repair is listed.

    cityops city import districts.zip --level district --code-column PAC --name-column NAME --crs EPSG:4490
    """
    import getpass  # noqa: PLC0415  (each verb loads only what it needs)

    from rich.console import Console  # noqa: PLC0415

    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.imports import console, programs  # noqa: PLC0415
    from cityops.imports import import_progress as progress  # noqa: PLC0415
    from cityops.imports.areas.area_table import AreaColumns  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    screen = Console()
    with progress.reporting(screen) as reporter:
        result = programs.import_areas(
            Database(read_settings().require_database_url(), application="import"),
            programs.ImportSource(file, crs, encoding, layer, swap_axes),
            level=level,
            columns=AreaColumns(code_column, name_column, name_en_column, parent_column),
            order=programs.ImportOrder(getpass.getuser(), utc_now(), dry_run),
            reporter=reporter,
            change_levels=change_levels,
        )
    names = result.changes.named(lambda area: f"{area.code} {area.name}")
    console.show(screen, names, result.findings, what="areas", dry_run=dry_run)


@app.command("clear-simulated")
def clear_simulated(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would go, change nothing.")] = False,  # noqa: FBT002
) -> None:
    """Take the simulated city out of this database: its areas, its map, and its sensors, which are retired.

    Stop the simulator first, else it registers them again. What happened stays: alerts, the audit log, and readings
    until they are older than is kept. A simulated city is better shown in a database of its own.
    """
    import getpass  # noqa: PLC0415

    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.devices.sensor_changes import SensorChange  # noqa: PLC0415
    from cityops.operations import simulated_city  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    database = Database(read_settings().require_database_url(), application="city")
    with database.transaction() as tx:
        city = simulated_city.find(tx)
        if not dry_run:
            simulated_city.clear(tx, city, SensorChange(getpass.getuser(), utc_now()))
    counts = f"{len(city.sensors)} sensors, {len(city.areas)} areas, {len(city.features)} map features"
    typer.echo(f"{counts} would be removed; nothing was changed." if dry_run else f"{counts} are removed.")
