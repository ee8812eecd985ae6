"""The two imports from end to end: read the file, check it, compare with the database, store all or nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from cityops.areas import Area, AreaLevel
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.imports import sensor_table
from cityops.imports.areas import area_table, outlines, tree
from cityops.imports.areas.area_table import AreaColumns
from cityops.imports.changes import Changes, compare
from cityops.imports.files.csv_files import read_csv
from cityops.imports.files.tables import Table
from cityops.imports.files.vector_files import read_vector
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.systems import System, find_system
from cityops.imports.import_progress import Reporter
from cityops.storage import Database, Transaction, audit
from cityops.storage.devices import identity, registry, stored_areas

Thing = TypeVar("Thing")
_BATCH = 1000  # rows written between two movements of the progress bar


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A file, and what the person says of it."""

    path: Path
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    swap_axes: bool = False

    def system(self, table: Table) -> System:
        """Return the coordinate system of what was read from it. Raises ImportRefused."""
        return find_system(self.crs, in_file=table.crs, path=self.path, swapped=self.swap_axes)


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Who imports, when, and whether it is meant."""

    actor: str
    now: datetime
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Result(Generic[Thing]):
    """What an import did, or would do."""

    changes: Changes[Thing]
    findings: Findings


def import_areas(
    database: Database,
    source: ImportSource,
    *,
    level: AreaLevel,
    columns: AreaColumns,
    order: ImportOrder,
    reporter: Reporter,
    change_levels: bool = False,
) -> Result[Area]:
    """Import administrative areas of one level. Raises ImportRefused or StorageError; then nothing is stored.

    A code that is stored at another level is refused unless `change_levels`. Stored areas that find their parent
    among the new ones are changed too.
    """
    findings = Findings(source.path.name)
    reporter.step(f"reading {source.path.name}")
    table = read_vector(source.path, findings, encoding=source.encoding, layer=source.layer)
    reporter.step(f"checking {len(table)} areas")
    system = source.system(table)
    rows = area_table.read_rows(table, columns, system, level=level, findings=findings)
    with database.transaction() as tx:
        reporter.step("comparing with the database")
        known = stored_areas.load_areas(tx)
        tree.check_levels(rows.areas, known, findings, may_change=change_levels)
        outlines.note_repeated(rows.areas, rows.shapes, known.values(), findings)
        areas = area_table.with_parents(rows, table, columns, known=known, findings=findings)
        areas += tree.adopt(areas, known, findings)
        changes = compare({area.code: area for area in areas}, known)
        if not order.dry_run:
            for batch in reporter.track(_batches(changes.to_store), f"storing {len(changes.to_store)} areas"):
                stored_areas.store_areas(tx, batch)
            _record(tx, "city.import", source, order, changes=changes, findings=findings, detail={"level": level.value})
    return Result(changes, findings)


def import_sensors(
    database: Database, source: ImportSource, *, catalogue: Catalogue, order: ImportOrder, reporter: Reporter
) -> Result[Sensor]:
    """Import the device registry. Raises ImportRefused or StorageError; then nothing is stored."""
    findings = Findings(source.path.name)
    reporter.step(f"reading {source.path.name}")
    table = _read_registry(source, findings)
    reporter.step(f"checking {len(table)} sensors")
    with database.transaction() as tx:
        sensors = sensor_table.read_sensors(
            table,
            source.system(table),
            catalogue=catalogue,
            kinds=registry.stored_kinds(tx),
            findings=findings,
        )
        reporter.step("finding the area of each sensor")
        sensors = sensor_table.with_areas(sensors, stored_areas.load_areas(tx), findings)
        changes = compare({sensor.sensor_id: sensor for sensor in sensors}, registry.load_sensors(tx))
        if not order.dry_run:
            # Also those that are unchanged: from now on the file's word outweighs the device's.
            for batch in reporter.track(_batches(sensors), f"storing {len(changes.to_store)} sensors"):
                registry.register_sensors(tx, batch, order.now)
                identity.put_registry(tx, [sensor.sensor_id for sensor in batch], order.now)
            _record(tx, "sensors.import", source, order, changes=changes, findings=findings, detail={})
    return Result(changes, findings)


def _read_registry(source: ImportSource, findings: Findings) -> Table:
    """Read CSV or any vector file; column names in small letters, which a shapefile may not keep."""
    if source.path.suffix.lower() == ".csv":
        table = read_csv(source.path, findings, encoding=source.encoding)
        return Table(table.columns, crs="EPSG:4326")
    table = read_vector(source.path, findings, encoding=source.encoding, layer=source.layer)
    columns = {name.lower(): values for name, values in table.columns.items()}
    return Table(columns, table.shapes, table.crs)


def _record(
    tx: Transaction,
    action: str,
    source: ImportSource,
    order: ImportOrder,
    *,
    changes: Changes[Thing],
    findings: Findings,
    detail: dict[str, str],
) -> None:
    counts = changes.counts() | {
        "repairs": len(findings.of(Weight.REPAIR)),
        "warnings": len(findings.of(Weight.WARNING)),
    }
    everything = {**detail, "crs": source.crs or "as in the file", **counts}
    audit.record(tx, order.actor, action, source.path.name, at=order.now, detail=everything)


def _batches(things: list[Thing]) -> list[list[Thing]]:
    return [things[start : start + _BATCH] for start in range(0, len(things), _BATCH)]
