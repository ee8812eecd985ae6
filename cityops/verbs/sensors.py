"""The verb `cityops sensors import`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The device registry.", no_args_is_help=True)


@app.callback()
def _sensors() -> None:
    """Keep `import` a word of its own: with one verb only, typer would swallow it."""


@app.command("import")
def import_sensors(
    file: Annotated[Path, typer.Argument(help="CSV, or points in GeoJSON or any other vector file.")],
    crs: Annotated[
        str | None, typer.Option(help="EPSG code, gcj02 or bd09; without it, what the file says, or WGS-84.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the text; without it, what the file says, else UTF-8, else GB18030.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Which layer, in a file with several.")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="The file gives latitude or northing first.")] = False,  # noqa: FBT002
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and compare, store nothing.")] = False,  # noqa: FBT002
) -> None:
    """Import sensors: all of the file, or nothing. The same sensor again replaces what is stored.

    Columns: sensor, kind, name, lon, lat (a vector file has points instead), and where wanted area and crs.
    A sensor without area gets the smallest one that contains it; outside every area it gets area 0.

    cityops sensors import devices.csv --crs gcj02 --dry-run
    """
    import getpass  # noqa: PLC0415  (each verb loads only what it needs)

    from rich.console import Console  # noqa: PLC0415

    from cityops.catalogue import load_catalogue  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.imports import console, programs  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    settings, screen = read_settings(), Console()
    with console.reporting(screen) as reporter:
        result = programs.import_sensors(
            Database(settings.require_database_url(), application="import"),
            programs.Source(file, crs, encoding, layer, swap_axes),
            catalogue=load_catalogue(settings.catalogue_file),
            order=programs.Order(getpass.getuser(), utc_now(), dry_run),
            reporter=reporter,
        )
    names = result.changes.named(lambda sensor: f"{sensor.sensor_id} {sensor.name}")
    console.show(screen, names, result.findings, what="sensors", dry_run=dry_run)
