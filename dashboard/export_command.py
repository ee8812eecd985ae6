"""The verbs `cityops export sensors`, `areas` and `alerts`: the city as map files."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from cityops.catalogue import Catalogue
    from cityops.storage import Transaction

app = typer.Typer(help="The city as map files: GeoJSON, GeoPackage, GeoParquet.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="Ends in .geojson, .gpkg or .parquet (GeoParquet: the extra geoparquet).")]


@app.command()
def sensors(file: File) -> None:
    """Write every sensor as a point, with its online state and the newest value of each metric.

    cityops export sensors sensors.gpkg
    """
    from dashboard.city.map.map_files import read_sensors  # noqa: PLC0415  (each verb loads only what it needs)

    _export(file, "sensors", read_sensors)


@app.command()
def areas(
    file: File,
    metric: Annotated[list[str] | None, typer.Option(help="Also its mean over each area; again for more.")] = None,
) -> None:
    """Write every area as a polygon, with how many sensors it has, and means of metrics.

    cityops export areas areas.geojson --metric pm25 --metric leq
    """
    from dashboard.city.map.map_files import read_areas  # noqa: PLC0415

    _export(file, "areas", lambda tx, catalogue: read_areas(tx, catalogue, metrics=metric or []))


@app.command()
def alerts(file: File) -> None:
    """Write every open alert as a point, in the order of the desk.

    cityops export alerts alerts.geojson
    """
    from dashboard.city.map.map_files import read_alerts  # noqa: PLC0415

    _export(file, "alerts", read_alerts)


def _export(file: Path, name: str, read: "Callable[[Transaction, Catalogue], GeoDataFrame]") -> None:
    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.geography.files import format_of, require_writer, write_layer  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage.audit import record  # noqa: PLC0415
    from cityops.verbs.options import actor, open_database  # noqa: PLC0415

    require_writer(format_of(file))
    with open_database("export").transaction() as tx:
        record(tx, actor(), "map.export", name, at=utc_now(), detail={"format": file.suffix.removeprefix(".")})
        layer = read(tx, read_catalogue(read_settings()))
    write_layer(layer, file, name=name)
    typer.echo(f"{len(layer)} {name} are in {file}.")
