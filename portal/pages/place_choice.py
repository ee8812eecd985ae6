"""Where a report is about: the place that a click on the map means, and the picture of that map."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from portal.city.reader import PublicCity
from portal.context import portal_of
from portal.pages.city_land import MapView, look_at
from portal.pages.city_map import ZOOMS, draw_map
from portal.rendering import language_in

KEEP_MAP = 600  # seconds


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """Where the map looks and which place is chosen. `misplaced`: it lies outside the city."""

    view: MapView | None
    at: tuple[float, float] | None = None
    zoom: int = 0
    misplaced: bool = False


def choose_place(city: PublicCity, given: Mapping[str, str], clicked: Mapping[str, str]) -> PlaceChoice:
    """Return the place that a click on the map means, else the one that is given; each click shows it larger."""
    whole = look_at(city.land)
    zoom = min(ZOOMS, int(given["zoom"])) if given.get("zoom", "").isdecimal() and len(given["zoom"]) < 3 else 0
    if whole is None:
        return PlaceChoice(None)
    if "whole" in clicked:
        return PlaceChoice(whole)
    at = _degrees(given.get("long", ""), given.get("lat", ""))
    pixel = _degrees(clicked.get("map.x", ""), clicked.get("map.y", ""))
    if pixel is not None and pixel != (0.0, 0.0):  # a key that presses the picture gives its corner: no place
        seen = look_at(city.land, _degrees(given.get("view_lon", ""), given.get("view_lat", "")), zoom) or whole
        at, zoom = seen.place(*pixel), min(ZOOMS, zoom + 1)
    elif at is not None and not zoom:
        zoom = ZOOMS
    if at is None:
        return PlaceChoice(whole)
    if city.land.district_at(*at) is None:
        return PlaceChoice(whole, misplaced=True)
    return PlaceChoice(look_at(city.land, at, zoom), at, zoom)


async def show_map(request: Request) -> Response:
    """The map on which a place is chosen, as a picture of what `long`, `lat` and `zoom` say, with a pin there."""
    portal, given = portal_of(request), request.query_params
    city = await portal.city.newest()
    zoom = given.get("zoom", "0")
    at = _degrees(given.get("long", ""), given.get("lat", ""))
    closeness = min(ZOOMS, int(zoom)) if zoom.isdecimal() and len(zoom) < 3 else 0
    view = look_at(city.land, at, closeness)
    if view is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    language = language_in(request.scope, request.app.state.settings)
    drawn = await portal.readers.run(partial(draw_map, city.land, view, language, pin=at, zoom=closeness))
    headers = {"Cache-Control": f"public, max-age={KEEP_MAP}"}
    return Response(str(drawn), media_type="image/svg+xml", headers=headers)


def _degrees(first: str, second: str) -> tuple[float, float] | None:
    """Return two numbers, or None where one is none."""
    try:
        found = float(first), float(second)
    except ValueError:
        return None
    return found if all(abs(one) < 10_000 for one in found) else None
