"""From a table to sensors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import shapely

from cityops.areas import Area
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.devices.topics import SENSOR_ID
from cityops.imports.files.cells import read_code, read_name, read_text
from cityops.imports.files.tables import Table, read_column, refuse_duplicates, require_rows_and_columns
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.places import NO_AREA, NOWHERE, shapes_of, smallest_containing
from cityops.imports.geometry.points import note_far, read_places
from cityops.imports.geometry.systems import System

_NEEDED = ["sensor", "kind", "name"]


def read_sensors(
    table: Table, system: System, *, catalogue: Catalogue, kinds: set[str], findings: Findings
) -> list[Sensor]:
    """Check every row and return the sensors; the area of one that names none is "".

    `kinds` are those the database knows. Raises ImportRefused with all errors at once.
    """
    needed = _NEEDED if table.shapes is not None else [*_NEEDED, "lon", "lat"]
    require_rows_and_columns(table, needed, findings, fixed=True)
    sensor_ids = read_column(table, "sensor", _read_sensor_id, findings)
    refuse_duplicates(sensor_ids, "sensor", "Remove all rows but one", findings)
    of_kind = read_column(table, "kind", lambda value: _read_kind(value, catalogue, kinds), findings, codes=sensor_ids)
    names = read_column(table, "name", read_name, findings, codes=sensor_ids)
    areas = _read_areas(table, sensor_ids, findings)
    lon, lat = read_places(table, sensor_ids, system, findings)
    findings.refuse_errors()
    note_far((lon, lat), sensor_ids, findings)
    return [
        Sensor(sensor_id, area, catalogue.kind[kind].domain, kind, name, *place)
        for sensor_id, area, kind, name, *place in zip(
            sensor_ids, areas, of_kind, names, lon.tolist(), lat.tolist(), strict=True
        )
    ]


def with_areas(sensors: Sequence[Sensor], known: Mapping[str, Area], findings: Findings) -> list[Sensor]:
    """Return the sensors, each that named no area in the smallest one that contains it, or in NO_AREA."""
    areas = [area for area in known.values() if area.geometry is not None]
    points = shapely.points([sensor.lon for sensor in sensors], [sensor.lat for sensor in sensors])
    inside = smallest_containing(points, shapes_of(areas))
    placed = []
    for row, (sensor, position) in enumerate(zip(sensors, inside.tolist(), strict=True), start=1):
        placed.append(sensor if sensor.area else replace(sensor, area=_code_at(areas, position)))
        if not sensor.area and position == NOWHERE:
            text = f"outside every area; stored in area {NO_AREA}. Import its area, then this file again"
            findings.add(Weight.WARNING, text, row=row, code=sensor.sensor_id, column="area")
        if sensor.area and sensor.area not in known:
            text = f"area {sensor.area} is not imported yet; the map of areas cannot count it"
            findings.add(Weight.WARNING, text, row=row, code=sensor.sensor_id, column="area")
    return placed


def _code_at(areas: list[Area], position: int) -> str:
    return NO_AREA if position == NOWHERE else areas[position].code


def _read_sensor_id(value: object) -> str:
    sensor_id = read_text(value)
    if not SENSOR_ID.fullmatch(sensor_id):
        raise ValueError(
            f"{sensor_id[:80]!r} is no sensor id. Use 1 to 64 of letters A to Z, digits, dot, underscore and dash"
        )
    return sensor_id


def _read_kind(value: object, catalogue: Catalogue, kinds: set[str]) -> str:
    kind = read_text(value)
    if kind not in catalogue.kind:
        raise ValueError(f"{kind[:40]!r} is no kind of the catalogue. Use one of: {', '.join(catalogue.kind)}")
    if kind not in kinds:
        raise ValueError(f"the database does not know {kind} yet. Run `cityops db migrate` first")
    return kind


def _read_areas(table: Table, sensor_ids: list[str], findings: Findings) -> list[str]:
    if "area" not in table.columns:
        return [""] * len(table)
    return read_column(
        table, "area", lambda value: read_code(value) if read_text(value) else "", findings, codes=sensor_ids
    )
