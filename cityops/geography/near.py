"""What of a layer lies within so many kilometres of a place. Pure."""

import shapely
from geopandas import GeoDataFrame

from cityops.geography.distances import LocalPlane, box_around


def near(layer: GeoDataFrame, lon: float, lat: float, *, km: float) -> GeoDataFrame:
    """Return the rows within reach, nearest first, with `km`: how far the nearest point of each is.

    The index of the layer leaves few to be measured; those are measured as `cityops.geography.distances` does.
    """
    positions = layer.sindex.query(shapely.box(*box_around(lon, lat, km)))
    found = layer.iloc[positions]
    plane = LocalPlane(lat)
    place = plane.points([lon], [lat])[0]
    far = [float(shapely.distance(plane.flatten(shape), place)) for shape in found.geometry]
    found = found.assign(km=far)
    return found[found["km"] <= km].sort_values("km", kind="stable")
