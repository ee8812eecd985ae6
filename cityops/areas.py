"""Administrative areas: a tree with a level on each node. The order of levels is not fixed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cityops.map_features import MapFeature


class AreaLevel(StrEnum):
    """The six levels. A unit grid may lie below the community, a comprehensive grid above it."""

    PROVINCE = "province"  # 省
    CITY = "city"  # 市
    DISTRICT = "district"  # 区
    STREET = "street"  # 街镇
    COMMUNITY = "community"  # 社区
    GRID = "grid"  # 网格


@dataclass(frozen=True, slots=True)
class Area:
    """One administrative area. `geometry` is a GeoJSON (Multi)Polygon, WGS-84 lon/lat."""

    code: str
    name: str
    level: AreaLevel
    parent: str | None = None
    name_en: str = ""
    geometry: dict[str, Any] | None = None


def ancestors(areas: dict[str, Area], code: str) -> list[str]:
    """Return the codes above an area, nearest first. Unknown codes end the walk."""
    found: list[str] = []
    area = areas.get(code)
    while area is not None and area.parent is not None and area.parent not in found:
        found.append(area.parent)
        area = areas.get(area.parent)
    return found


def district_of(areas: dict[str, Area], code: str) -> str | None:
    """Return the district that contains an area, the area itself included; None when there is none."""
    for candidate in [code, *ancestors(areas, code)]:
        area = areas.get(candidate)
        if area is not None and area.level is AreaLevel.DISTRICT:
            return candidate
    return None


def parents_first(areas: Iterable[Area]) -> list[Area]:
    """Order areas so that each comes after its parent, as a foreign key wants them."""
    known = {area.code: area for area in areas}
    return sorted(known.values(), key=lambda area: (len(ancestors(known, area.code)), area.code))


def name_in(thing: Area | MapFeature, language: str) -> str:
    """Return the name for readers of a language; the Chinese one where nobody gave an English one."""
    return thing.name_en or thing.name if language == "en" else thing.name
