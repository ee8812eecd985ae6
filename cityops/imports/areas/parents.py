"""Which area an area belongs to, when the file does not say: by its code, else by where it lies.

GB/T 2260 and the codes built on it have 2 digits for the province, 2 for the city, 2 for the district, then
3 each for street, community and unit grid. Whoever has no lower part fills up with zeros: 310000 is Shanghai.
Comprehensive grids (综合网格) have codes of their own and are found by where they lie. See
docs/reference/standards.md#codes-of-areas.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely

from cityops.areas import Area, AreaLevel
from cityops.imports.files.tables import Shapes
from cityops.imports.geometry.places import NOWHERE, shapes_of, smallest_containing

_ENDS = (2, 4, 6, 9, 12)  # where the parts of a code end


def codes_above(code: str) -> Iterator[str]:
    """Yield the codes that an area above this one could have, nearest first."""
    for end in range(len(code) - 1, 1, -1):
        stem, rest = code[:end], code[end:]
        if not rest.strip("0"):
            continue  # 310115 and 310115000000 are the same place
        yield stem
        if end in _ENDS:  # elsewhere a filled-up code is a sibling: 3101150 + 02 is not above 310115001
            yield from (stem.ljust(length, "0") for length in _ENDS if length > end)


def find_parents(
    codes: Sequence[str], shapes: Shapes, *, level: AreaLevel, known: Mapping[str, Area]
) -> list[str | None]:
    """Return the parent of each new area among the known areas of other levels; None where none is found."""
    above = {code: area for code, area in known.items() if area.level is not level}
    parents = [next((code for code in codes_above(own) if code in above), None) for own in codes]
    orphans = [position for position, parent in enumerate(parents) if parent is None and shapes[position] is not None]
    for position, parent in zip(orphans, _around(shapes[orphans], list(above.values())), strict=True):
        parents[position] = parent if parent != codes[position] else None
    return parents


def _around(shapes: Shapes, areas: list[Area]) -> list[str | None]:
    """Return the code of the smallest area around each shape: larger than it, and containing its middle."""
    if len(shapes) == 0:
        return []
    with_shape = [area for area in areas if area.geometry is not None]
    middles = shapely.point_on_surface(shapes)
    around = smallest_containing(middles, shapes_of(with_shape), larger_than=shapely.area(shapes))
    return [with_shape[position].code if position != NOWHERE else None for position in np.asarray(around)]
