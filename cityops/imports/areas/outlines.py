"""Outlines that stand in for two areas of one level: the same polygon under two codes."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from cityops.areas import Area
from cityops.imports.files.tables import Shapes
from cityops.imports.findings import Findings, Weight
from cityops.imports.geometry.places import shapes_of

_SAME = 1e-3  # share of the surface by which two outlines may differ and still be one


def note_repeated(areas: Sequence[Area], shapes: Shapes, known: Iterable[Area], findings: Findings) -> None:
    """Warn of each outline that another code of the same level has too, in the file or in the database.

    Areas of different levels may share one: a town that is one community.
    """
    own = {area.code for area in areas}
    stored = [area for area in known if area.level is areas[0].level and area.code not in own and area.geometry]
    everything = np.concatenate([shapes, shapes_of(stored)])
    names = [f"{area.code} {area.name}" for area in [*areas, *stored]]
    for first, second in _same_pairs(everything, rows=len(areas)):
        where = f"row {second + 1}" if second < len(areas) else "stored"
        findings.add(
            Weight.WARNING,
            "the same outline stands under two codes; a place in it counts for the first one only. Remove one",
            row=first + 1,
            code=areas[first].code,
            column="geometry",
            detail=f"{names[first]} = {names[second]} ({where})",
        )


def _same_pairs(shapes: Shapes, *, rows: int) -> list[tuple[int, int]]:
    """Return the positions of shapes that are one outline; the first of each pair is below `rows`."""
    tree = shapely.STRtree(shapely.point_on_surface(shapes))
    sizes = shapely.area(shapes)
    first, second = tree.query(shapes[:rows], predicate="intersects")
    once = (first < second) & (np.abs(sizes[first] - sizes[second]) <= _SAME * sizes[first])
    first, second = first[once], second[once]
    apart = shapely.area(shapely.symmetric_difference(shapes[first], shapes[second]))
    same = apart <= _SAME * sizes[first]
    return sorted(zip(first[same].tolist(), second[same].tolist(), strict=True))
