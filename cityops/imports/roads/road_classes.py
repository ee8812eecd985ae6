"""What the classes of roads are called in other people's files, and which of ours they are."""

from collections.abc import Iterable, Mapping

from cityops.imports.findings import ImportRefused
from cityops.standards.tpi import Road

# Of OpenStreetMap: https://wiki.openstreetmap.org/wiki/Key:highway. Residential and service roads are left out, as
# the index knows none; `--class-map residential=minor` takes them in.
_OSM = {
    "motorway": Road.EXPRESSWAY,
    "trunk": Road.EXPRESSWAY,
    "primary": Road.MAIN,
    "secondary": Road.MINOR,
    "tertiary": Road.MINOR,
    "unclassified": Road.MINOR,
}
_CHINESE = {
    "高速": Road.EXPRESSWAY,
    "高速公路": Road.EXPRESSWAY,
    "快速路": Road.EXPRESSWAY,
    "主干路": Road.MAIN,
    "主干道": Road.MAIN,
    "次干路": Road.MINOR,
    "次干道": Road.MINOR,
    "支路": Road.MINOR,
}
_OWN: dict[str, Road] = {road.value: road for road in Road} | {"secondary": Road.MINOR, "branch": Road.MINOR}
KNOWN: Mapping[str, Road] = {
    **_OSM,
    **{f"{name}_link": road for name, road in _OSM.items()},
    **_CHINESE,
    **_OWN,
}


def read_class_map(pairs: Iterable[str]) -> dict[str, Road]:
    """Return the classes by the values of a file: those known here, and `value=class` on top. Raises ImportRefused."""
    classes = dict(KNOWN)
    for pair in pairs:
        value, separator, name = pair.rpartition("=")
        if not separator or not value or name not in set(Road):
            raise ImportRefused(
                f"--class-map {pair} is not understood. Give value=class; the classes are {', '.join(Road)}."
            )
        classes[value.strip().lower()] = Road(name)
    return classes
