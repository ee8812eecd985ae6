"""The import of roads from end to end: read the file, replace the network, say which detectors stand on it."""

from collections.abc import Iterable

from cityops.geography.road_links import KIND, ON_ROAD, class_of, distances, lay_links
from cityops.imports.changes import RoadResult
from cityops.imports.files.vector_files import read_vector
from cityops.imports.findings import Findings, Weight
from cityops.imports.import_progress import Reporter
from cityops.imports.programs import ImportOrder, ImportSource
from cityops.imports.roads import road_table
from cityops.imports.roads.road_classes import read_class_map
from cityops.imports.roads.road_table import RoadColumns
from cityops.map_features import Layer, MapFeature
from cityops.standards.tpi import Road
from cityops.storage import Database, Transaction, audit
from cityops.storage.devices import registry, stored_areas

_OPENSTREETMAP = {".osm", ".pbf"}


def import_roads(
    database: Database,
    source: ImportSource,
    *,
    columns: RoadColumns,
    class_map: Iterable[str],
    order: ImportOrder,
    reporter: Reporter,
) -> RoadResult:
    """Import the roads of a city in place of those that are stored. Raises ImportRefused or StorageError."""
    findings, classes = Findings(source.path.name), read_class_map(class_map)
    reporter.step(f"reading {source.path.name}")
    is_osm = source.path.suffix.lower() in _OPENSTREETMAP
    where = f'"{columns.road_class}" IS NOT NULL' if is_osm else None
    layer = source.layer or ("lines" if is_osm else None)
    table = read_vector(source.path, findings, encoding=source.encoding, layer=layer, where=where)
    reporter.step(f"checking {len(table)} rows")
    roads = road_table.read_roads(table, columns, source.system(table), classes=classes, findings=findings)
    with database.transaction() as tx:
        reporter.step("finding the detectors on them")
        result = _result(tx, roads, findings)
        if not order.dry_run:
            stored_areas.remove_features(tx, Layer.ROAD)
            stored_areas.store_features(tx, roads)
            detail = {"roads": len(roads), "replaced": result.replaced, "detectors": result.on_roads}
            audit.record(tx, order.actor, "roads.import", source.path.name, at=order.now, detail=detail)
    return result


def _result(tx: Transaction, roads: list[MapFeature], findings: Findings) -> RoadResult:
    sensors = registry.sensor_frame(tx)
    detectors = sensors[sensors["kind"] == KIND].reset_index(drop=True)
    links = lay_links(roads, detectors)
    far = distances(roads, detectors)
    linked = {link.position for link in links}
    for position in sorted(set(range(len(detectors))) - linked):
        text = f"detectors with no road within {ON_ROAD * 1000:.0f} m do not count for the index"
        name = f"{detectors['sensor_id'][position]} ({far[position] * 1000:.0f} m)"
        findings.add(Weight.WARNING, text, detail=name)
    measured = {road: sum(link.km for link in links if link.road is road) for road in Road}
    counts = {road: sum(class_of(one.kind) is road for one in roads) for road in Road}
    replaced = sum(feature.layer is Layer.ROAD for feature in stored_areas.load_features(tx))
    return RoadResult(counts, measured, len(detectors), len(linked), replaced, findings)
