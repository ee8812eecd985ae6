"""The verb `cityops roads import`."""

from pathlib import Path
from typing import Annotated

import typer

from cityops.verbs.options import DryRun, Encoding, FileCrs, FileLayer, SwapAxes

app = typer.Typer(help="The city's roads, for the traffic index.", no_args_is_help=True)


@app.callback()
def _roads() -> None:
    """Keep `import` a word of its own: with one verb only, typer would swallow it."""


@app.command("import")
def import_roads(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap extract (.osm.pbf), or lines in any vector file.")],
    class_column: Annotated[str, typer.Option(help="The column with the class of each road.")] = "highway",
    class_map: Annotated[
        list[str] | None,
        typer.Option(help="value=class, for values of that column that are not known; may be given again."),
    ] = None,
    name_column: Annotated[str | None, typer.Option(help="The column with the names.")] = None,
    name_en_column: Annotated[str | None, typer.Option(help="The column with the English names.")] = None,
    crs: FileCrs = None,
    encoding: Encoding = None,
    layer: FileLayer = None,
    swap_axes: SwapAxes = False,  # noqa: FBT002
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    """Import the roads of the city, in place of those that are stored: all of the file, or nothing.

    Classes are expressway, main and minor; those of OpenStreetMap and the Chinese names are known. Each traffic
    detector counts for the nearest road within 150 m; those that stand on none are listed.

    cityops roads import city.osm.pbf --name-column name --dry-run
    """
    import getpass  # noqa: PLC0415  (each verb loads only what it needs)

    from rich.console import Console  # noqa: PLC0415

    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.imports import console  # noqa: PLC0415
    from cityops.imports import import_progress as progress  # noqa: PLC0415
    from cityops.imports.programs import ImportOrder, ImportSource  # noqa: PLC0415
    from cityops.imports.roads import road_program  # noqa: PLC0415
    from cityops.imports.roads.road_table import RoadColumns  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    screen = Console()
    with progress.reporting(screen) as reporter:
        result = road_program.import_roads(
            Database(read_settings().require_database_url(), application="import"),
            ImportSource(file, crs, encoding, layer, swap_axes),
            columns=RoadColumns(class_column, name_column, name_en_column),
            class_map=class_map or [],
            order=ImportOrder(getpass.getuser(), utc_now(), dry_run),
            reporter=reporter,
        )
    console.show_roads(screen, result, dry_run=dry_run)
