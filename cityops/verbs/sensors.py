"""The verbs `cityops sensors import`, `retire`, `rename`, `move`, `merge`, `block` and `unblock`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cityops.verbs.options import DryRun, Encoding, FileLayer, SwapAxes

if TYPE_CHECKING:
    from cityops.devices.sensor_changes import SensorChange
    from cityops.storage import Database

app = typer.Typer(help="The device registry.", no_args_is_help=True)


@app.command("import")
def import_sensors(
    file: Annotated[Path, typer.Argument(help="CSV, or points in GeoJSON or any other vector file.")],
    crs: Annotated[
        str | None, typer.Option(help="EPSG code, gcj02 or bd09; without it, what the file says, or WGS-84.")
    ] = None,
    encoding: Encoding = None,
    layer: FileLayer = None,
    swap_axes: SwapAxes = False,  # noqa: FBT002
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    """Import sensors: all of the file, or nothing. The same sensor again replaces what is stored.

    Columns: sensor, kind, name, lon, lat (a vector file has points instead), and where wanted area and crs.
    A sensor without area gets the smallest one that contains it; outside every area it gets area 0.

    cityops sensors import devices.csv --crs gcj02 --dry-run
    """
    import getpass  # noqa: PLC0415  (each verb loads only what it needs)

    from rich.console import Console  # noqa: PLC0415

    from cityops.catalogue import read_catalogue  # noqa: PLC0415
    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.imports import console, programs  # noqa: PLC0415
    from cityops.imports import import_progress as progress  # noqa: PLC0415
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    settings, screen = read_settings(), Console()
    with progress.reporting(screen) as reporter:
        result = programs.import_sensors(
            Database(settings.require_database_url(), application="import"),
            programs.ImportSource(file, crs, encoding, layer, swap_axes),
            catalogue=read_catalogue(settings),
            order=programs.ImportOrder(getpass.getuser(), utc_now(), dry_run),
            reporter=reporter,
        )
    names = result.changes.named(lambda sensor: f"{sensor.sensor_id} {sensor.name}")
    console.show(screen, names, result.findings, what="sensors", dry_run=dry_run)


@app.command()
def retire(
    sensor: Annotated[str, typer.Argument(help="The sensor id.")],
    reason: Annotated[str, typer.Option(help="Why: it stands in the audit log, and on the alerts that it ends.")],
) -> None:
    """Take a sensor out of use: no alert, no count, no place on the map any more. Its readings stay.

    Registering anew, or an import, brings it back.
    """
    from cityops.devices import sensor_changes  # noqa: PLC0415  (each verb loads only what it needs)

    with _database().transaction() as tx:
        sensor_changes.retire(tx, sensor, _order(), reason=reason)
    typer.echo(f"{sensor} is retired. Its open alerts are closed within seconds.")


@app.command()
def rename(
    sensor: Annotated[str, typer.Argument(help="The sensor id.")],
    name: Annotated[str, typer.Argument(help="What people call it from now on.")] = "",
    new_id: Annotated[str, typer.Option("--id", help="Its id from now on; the device must use it too.")] = "",
) -> None:
    """Give a sensor another name, or another id under which all its readings go on."""
    from cityops.devices import sensor_changes  # noqa: PLC0415

    with _database().transaction() as tx:
        if name or not new_id:
            sensor_changes.rename(tx, sensor, _order(), name=name)
        if new_id:
            sensor_changes.renumber(tx, sensor, _order(), new_id=new_id)
    typer.echo(f"{sensor} is {' and '.join(filter(None, (name, new_id)))} from now on.")


@app.command()
def move(
    sensor: Annotated[str, typer.Argument(help="The sensor id.")],
    lon: Annotated[float, typer.Argument(help="Where it stands now: degrees, WGS-84.")],
    lat: Annotated[float, typer.Argument(help="Degrees, WGS-84.")],
    area: Annotated[str, typer.Option(help="The code of its area; without it, the area stays.")] = "",
) -> None:
    """Say where a sensor stands now. In another area, the device may speak from there at once."""
    from cityops.devices import sensor_changes  # noqa: PLC0415

    with _database().transaction() as tx:
        sensor_changes.move(tx, sensor, _order(), lon=lon, lat=lat, area=area)
    typer.echo(f"{sensor} stands at {lon:g}, {lat:g} from now on.")


@app.command()
def merge(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The sensor id that is given up.")],
    target: Annotated[str, typer.Argument(metavar="INTO", help="The sensor id under which everything goes on.")],
) -> None:
    """Make two sensors of one kind one: what the first measured goes on under the second."""
    from cityops.devices import sensor_changes  # noqa: PLC0415

    with _database().transaction() as tx:
        copied = sensor_changes.merge(tx, source, target, _order())
    typer.echo(f"{source} goes on as {target}; {copied} readings were copied.")


@app.command()
def block(
    sensor: Annotated[str, typer.Argument(help="The sensor id, or the account of a gateway.")],
    reason: Annotated[str, typer.Option(help="Why: it stands in the audit log.")],
) -> None:
    """Have the broker refuse a device that floods or was stolen. It is cut off within seconds, and stays out."""
    from cityops.devices import sensor_blocks  # noqa: PLC0415

    with _database().transaction() as tx:
        sensor_blocks.block(tx, sensor, _order(), reason=reason)
    typer.echo(f"{sensor} is blocked.")


@app.command()
def unblock(sensor: Annotated[str, typer.Argument(help="The sensor id.")]) -> None:
    """Let a blocked device in again."""
    from cityops.devices import sensor_blocks  # noqa: PLC0415

    with _database().transaction() as tx:
        sensor_blocks.unblock(tx, sensor, _order())
    typer.echo(f"{sensor} is let in again.")


def _order() -> "SensorChange":
    import getpass  # noqa: PLC0415

    from cityops.clock import utc_now  # noqa: PLC0415
    from cityops.devices.sensor_changes import SensorChange  # noqa: PLC0415

    return SensorChange(getpass.getuser(), utc_now())


def _database() -> "Database":
    from cityops.settings import read_settings  # noqa: PLC0415
    from cityops.storage import Database  # noqa: PLC0415

    return Database(read_settings().require_database_url(), application="sensors")
