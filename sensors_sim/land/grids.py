"""The smallest areas: a community is cut into four grids 网格, as the grid staff 网格员 share it among them."""

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

FAR = 10.0  # beyond any community, in lengths of its box


def cut_into_grids(community: BaseGeometry) -> list[BaseGeometry]:
    """Return four pieces of a convex polygon, cut through its middle along its longer axis and across it.

    They tile it, and stand in a fixed order: by bearing around the middle, from the east to the left.
    """
    middle = np.array(community.centroid.coords[0])
    along = _longer_axis(community)
    across = np.array((-along[1], along[0]))
    pieces = [community]
    for axis in (along, across):
        line = LineString([middle - axis, middle + axis])
        pieces = [part for piece in pieces for part in split(piece, line).geoms]
    return sorted(pieces, key=lambda piece: _bearing(piece, middle))


def _longer_axis(community: BaseGeometry) -> np.ndarray:
    """Return the direction of the longest extent, long enough to leave the polygon on both sides."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(community))
    sides = np.diff(corners, axis=0)
    longest: np.ndarray = sides[np.argmax(np.hypot(*sides.T))]
    return longest * FAR


def _bearing(piece: BaseGeometry, middle: np.ndarray) -> float:
    x, y = np.array(piece.centroid.coords[0]) - middle
    return float(np.arctan2(y, x) % (2 * np.pi))
