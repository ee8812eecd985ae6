"""The part of the city that a map of cases shows, and its surroundings. Pure."""

from math import cos, radians

from cases.store.case_list import Box
from dashboard.city.registry import Registry
from dashboard.pages.cases.city_shapes import HEIGHT, WIDTH
from dashboard.pages.cases.list_address import ListAddress

MARGIN = 1.04
NOWHERE: Box = (-180.0, -85.0, 180.0, 85.0)


def whole_box(registry: Registry) -> Box:
    """Return the part that shows all of the city."""
    west, south, east, north = registry.bounds or NOWHERE
    return _fitted((west + east) / 2, (south + north) / 2, (east - west) * MARGIN, (north - south) * MARGIN)


def shown_box(address: ListAddress, registry: Registry) -> Box:
    """Return the part that an address asks for, else the whole city."""
    if address.place is None:
        return whole_box(registry)
    west, south, east, north = address.place
    return _fitted((west + east) / 2, (south + north) / 2, east - west, north - south)


def around(longitude: float, latitude: float, box: Box, times: float) -> Box:
    """Return a part around a place, so many times as large as this one."""
    return _fitted(longitude, latitude, (box[2] - box[0]) * times, (box[3] - box[1]) * times)


def _fitted(longitude: float, latitude: float, wide: float, high: float) -> Box:
    """Return a box around a place that is at least so wide and high, and of the drawing's shape on the ground."""
    squeeze = cos(radians(latitude)) or 1.0
    wide = max(wide, high * WIDTH / HEIGHT / squeeze, 1e-4)
    high = wide * squeeze * HEIGHT / WIDTH
    return (longitude - wide / 2, latitude - high / 2, longitude + wide / 2, latitude + high / 2)


def written(box: Box) -> str:
    """Return a part as addresses have it."""
    return ",".join(f"{edge:.5f}" for edge in box)
