"""What a screen asks for once: `/live/map`, all that stands still, `/live/focus`, what belongs to one alert, and

`/live/made`, what its page is made of now.
"""

import asyncio
import gzip
import hashlib
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from cityops.devices.topics import AREA_CODE
from dashboard import page_version
from dashboard.city.alerts import nearby
from dashboard.city.registry import Registry
from dashboard.ui.city_map import city_map, standing_parts
from dashboard.web.request_context import visit

ASK_FIRST = "private, no-cache"  # it may be kept, and is shown only when we say that it is the same
PACKING = 3  # a fifth of the size, in 20 ms a megabyte
router = APIRouter(include_in_schema=False)


@router.get("/live/map")
async def live_map(request: Request, area: str = "") -> Response:
    """Return the figure as JSON; 503 before the city was read for the first time.

    A browser keeps it, and asks each time whether it is still the same: who may not see it any more gets no 304 either.
    """
    here = visit()
    part = here.site.live.part(area if AREA_CODE.fullmatch(area) else "")
    if part is None:
        return JSONResponse({"error": "not read yet"}, 503, {"Cache-Control": "no-store"})
    drawn = await asyncio.to_thread(_drawn, _ByBase(part), here.language)
    found = {"Cache-Control": ASK_FIRST, "ETag": drawn.tag, "Vary": "Accept-Encoding, Cookie"}
    if drawn.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=found)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(drawn.packed), media_type="application/json", headers=found)
    return Response(drawn.packed, media_type="application/json", headers={**found, "Content-Encoding": "gzip"})


@router.get("/live/made")
async def live_made() -> Response:
    """Return what the pages of this process are made of, for pages that do not watch the picture."""
    return JSONResponse({"made": page_version.digest()}, headers={"Cache-Control": "no-store"})


@router.get("/live/focus")
async def live_focus(alert: str) -> Response:
    """Return what a room needs beside an open alert (`nearby.draw_focus`); 404 when it is not open."""
    here = visit().site.live
    city = here.city
    found = None if city is None else await asyncio.to_thread(nearby.draw_focus, alert, here.alerts, city.registry)
    if found is None:
        return JSONResponse({"error": "not open"}, 404)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


class _ByBase:
    """A registry that equals another with the same content, so that it can be the key of a cache."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def __hash__(self) -> int:
        return hash(self.registry.base)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByBase) and other.registry.base == self.registry.base


class _Drawn(NamedTuple):
    packed: bytes  # gzip
    tag: str  # of its content


@lru_cache(maxsize=16)
def _drawn(part: _ByBase, language: str) -> _Drawn:
    """The figure, and what the browser's own layers stand on, as one JSON object."""
    figure: str = city_map(part.registry).to_json()
    parts = msgspec.json.encode(standing_parts(part.registry, language=language)).decode()
    text = f'{{"figure":{figure},"parts":{parts}}}'.encode()
    digest = hashlib.blake2s(text, digest_size=16).hexdigest()
    return _Drawn(gzip.compress(text, PACKING, mtime=0), f'W/"{digest}"')
