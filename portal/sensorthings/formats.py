"""The other forms of a set: rows of arrays, and GeoJSON. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from portal.sensorthings.csv_table import flat_members
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
        properties = dict(flat_members(one, place))
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
    return dict(flat_members(drawn, None))
