"""`/api/v1/export/…`: sensors, areas and alerts as map files; `/api/v1/near`: what is around a place or an alert."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from geopandas import GeoDataFrame
from starlette.responses import Response

from alerts.board import alert_reader
from alerts.errors import AlertUnknown
from cityops.accounts.roles import Role
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.geography.files import MapFileRefused, MapFormat, layer_bytes, require_writer
from cityops.storage import Transaction
from cityops.storage.audit import record
from dashboard.city.alerts.nearby import resources_near
from dashboard.city.map.map_files import MetricUnknown, read_alerts, read_areas, read_sensors
from dashboard.limits.turns import TurnResponse
from dashboard.requests.file_names import attachment
from dashboard.web.refusals import REFUSALS
from dashboard.web.request_context import require

router = APIRouter()
FARTHEST = 50.0  # km
Format = Annotated[MapFormat, Query(alias="format", description="parquet: GeoParquet, with the extra geoparquet")]
Read = Callable[[Transaction, Catalogue], GeoDataFrame]


@router.get("/export/sensors", responses=REFUSALS)
async def export_sensors(chosen: Format = MapFormat.GEOJSON) -> Response:
    """Return every sensor as a point, with its online state and its newest values."""
    return await _export("sensors", chosen, read_sensors)


@router.get("/export/areas", responses=REFUSALS)
async def export_areas(
    chosen: Format = MapFormat.GEOJSON,
    metric: Annotated[list[str] | None, Query(max_length=20, description="also its mean over each area")] = None,
) -> Response:
    """Return every area as a polygon, with the counts of its sensors and the means of these metrics."""
    return await _export("areas", chosen, lambda tx, catalogue: read_areas(tx, catalogue, metrics=metric or []))


@router.get("/export/alerts", responses=REFUSALS)
async def export_alerts(chosen: Format = MapFormat.GEOJSON) -> Response:
    """Return every open alert as a point, in the order of the desk."""
    return await _export("alerts", chosen, read_alerts)


@router.get("/near", responses=REFUSALS)
async def near_place(
    lon: Annotated[float, Query(ge=-180, le=180)],
    lat: Annotated[float, Query(ge=-89, le=89)],
    km: Annotated[float, Query(gt=0, le=FARTHEST)] = 1.0,
) -> dict[str, Any]:
    """Return the key places (hospitals, shelters, fire stations) and the devices around a place, nearest first."""
    return await asyncio.to_thread(_near, lon, lat, km)


@router.get("/alerts/{alert_id}/near", responses=REFUSALS)
async def near_alert(alert_id: int, km: Annotated[float, Query(gt=0, le=FARTHEST)] = 1.0) -> dict[str, Any]:
    """Return the key places and the devices around an alert, nearest first."""
    return await asyncio.to_thread(_near_alert, alert_id, km)


def _near_alert(alert_id: int, km: float) -> dict[str, Any]:
    with require(Role.VIEWER).site.database.transaction() as tx:
        try:
            alert = alert_reader.find_shown(tx, alert_id)
        except AlertUnknown as error:
            raise HTTPException(404, str(error)) from error
    return _near(alert.lon, alert.lat, km)


def _near(lon: float, lat: float, km: float) -> dict[str, Any]:
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        registry = here.site.live.registry(tx)
    return {"lon": lon, "lat": lat, "km": km} | resources_near(registry, lon, lat, km=km, catalogue=here.site.catalogue)


async def _export(name: str, chosen: MapFormat, read: Read) -> Response:
    here = require(Role.VIEWER)
    exports = here.site.exports
    turn = exports.turns.enter(here.person.name)

    def content() -> Iterator[bytes]:
        with here.site.pools.export.transaction() as tx:
            layer = read(tx, here.site.catalogue)
        yield layer_bytes(layer, chosen, name=name)

    with turn.kept_if_good():
        try:
            require_writer(chosen)
            await exports.run(lambda: _note(name, chosen))
            slices = await exports.slices(content())
        except (MapFileRefused, MetricUnknown) as error:
            raise HTTPException(422, str(error)) from error
        headers = {"Content-Disposition": attachment(f"{name}.{chosen}"), "Cache-Control": "no-store"}
        return TurnResponse(slices, turn, media_type=chosen.media_type, headers=headers)


def _note(name: str, chosen: MapFormat) -> None:
    here, now = require(Role.VIEWER), utc_now()
    with here.site.database.transaction() as tx:
        record(tx, here.person.name, "map.export", name, at=now, origin=here.origin, detail={"format": chosen.value})
