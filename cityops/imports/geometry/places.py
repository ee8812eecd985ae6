"""Which area a place lies in."""

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame

from cityops.areas import Area
from cityops.imports.files.tables import Shapes

# Where a sensor stands that no area contains. No code of GB/T 2260 begins with 0, so that nothing can be
# below it, and it is a string of digits, so that the sensor has a topic. No area may be imported with it.
NO_AREA = "0"
NOWHERE = -1


def smallest_containing(
    points: Shapes, polygons: Shapes, *, larger_than: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.intp]:
    """Return for each point the position of the smallest polygon that contains it, its edge included, or NOWHERE.

    Of polygons of the same size the first counts. `larger_than`, one number a point in square degrees, leaves
    out polygons that are not larger. The index is on the points, since GEOS prepares the polygon asked with.
    """
    areas = GeoDataFrame({"size": shapely.area(polygons)}, geometry=polygons)
    pairs = areas.sjoin(GeoDataFrame(geometry=points), predicate="intersects").reset_index(names="area")
    if larger_than is not None:
        pairs = pairs[pairs["size"] > larger_than[pairs["index_right"]]]
    smallest = pairs.sort_values(["size", "area"]).drop_duplicates("index_right")
    found = np.full(len(points), NOWHERE, dtype=np.intp)
    found[smallest["index_right"]] = smallest["area"]
    return found


def shapes_of(areas: list[Area]) -> Shapes:
    """Return the geometries of areas that have one; None for those that have none."""
    texts = [msgspec.json.encode(area.geometry).decode() if area.geometry is not None else None for area in areas]
    shapes: Shapes = shapely.from_geojson(np.array(texts, dtype=object))
    return shapes
