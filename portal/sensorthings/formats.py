"""The other forms of a set: rows of arrays, GeoJSON, and tables. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from cityops.imports.files.cells import is_formula
from portal.sensorthings.errors import bad

Members = dict[str, Any]  # an entity by its properties
_decode = msgspec.json.Decoder(Members).decode
COMPONENTS = ("id", "phenomenonTime", "result", "resultTime", "resultQuality")


def members_of(drawn: Iterable[bytes]) -> list[Members]:
    """Return entities that are drawn by their properties."""
    return [_decode(one) for one in drawn]


def components_of(select: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a data array: those that are asked for. Raises SensorThingsError."""
    names = tuple("id" if name == "@iot.id" else name for name in select) or COMPONENTS
    if not set(names) <= set(COMPONENTS):
        raise bad(f"dataArray has no component {min(set(names) - set(COMPONENTS))[:40]}.")
    return names


def data_arrays(observations: Sequence[tuple[str, Members]], components: Sequence[str]) -> list[Members]:
    """Return Observations, each with the link of its Datastream, as arrays of one Datastream each, in their order."""
    keys = ["@iot.id" if name == "id" else name for name in components]
    arrays = []
    for link, members in groupby(observations, key=lambda one: one[0]):
        rows = [[drawn[key] for key in keys] for _, drawn in members]
        arrays.append(
            {
                "Datastream@iot.navigationLink": link,
                "components": list(components),
                "dataArray@iot.count": len(rows),
                "dataArray": rows,
            }
        )
    return arrays


def geo_json(drawn: Sequence[Members]) -> Members:
    """Return entities as a FeatureCollection: the geometry is the first in an entity or what it is expanded by."""
    features = []
    for one in drawn:
        place = find_geometry(one)
        properties = dict(_flat(one, place))
        features.append({"type": "Feature", "id": one.get("@iot.id"), "geometry": place, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def find_geometry(value: object) -> Members | None:
    """Return the first geometry in an entity, its own before those of others within it."""
    if isinstance(value, Mapping):
        if "coordinates" in value:
            return dict(value)
        members = sorted(value.values(), key=lambda one: isinstance(one, list))
        return next((found for one in members if (found := find_geometry(one)) is not None), None)
    if isinstance(value, list):
        return next((found for one in value if (found := find_geometry(one)) is not None), None)
    return None


def flatten(drawn: Members) -> dict[str, Any]:
    """Return an entity as one row, without links: names of members are joined by `/`."""
    return dict(_flat(drawn, None))


def write_table(rows: Sequence[Mapping[str, Any]], *, names: Sequence[str], has_head: bool = True) -> str:
    """Return rows as CSV (RFC 4180). A text that a spreadsheet would take for a formula stands behind an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    if has_head:
        writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def names_in(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns of some rows, in the order in which they come up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _cell(value: object) -> object:
    if isinstance(value, str) and is_formula(value):
        return f"'{value}"
    return "" if value is None else value


def _flat(value: Mapping[str, Any], place: object, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the members of an entity; its geometry stands beside them, and links lead nowhere in a table."""
    for name, member in value.items():
        path = before + name
        if "@iot." in name and name not in ("@iot.id", "@iot.selfLink"):
            continue
        if isinstance(member, Mapping) and (place is None or dict(member) != place):
            yield from _flat(member, place, f"{path}/")
        elif isinstance(member, list) and any(isinstance(one, Mapping) for one in member):
            for number, one in enumerate(member):
                yield from _flat(one, place, f"{path}/{number}/")
        elif not isinstance(member, Mapping):
            yield path, ";".join(map(str, member)) if isinstance(member, list) else member
