"""`/api/v1`: what other programs may read, and the one thing they may do. Described in openapi.json."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel
from starlette.responses import JSONResponse, Response

from alerts import actions, store
from alerts.errors import AlertChanged, AlertUnknown, LostRace
from cityops.accounts import Role
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.storage.readings import latest_frame
from dashboard.alert_rows import alert_rows
from dashboard.history import read_history
from dashboard.registry import read_registry
from dashboard.sensor_rows import sensor_rows
from dashboard.visit import require

router = APIRouter(prefix="/api/v1", tags=["cityops"])
LONGEST_SPAN = timedelta(days=366)


class Acknowledgement(BaseModel):
    """Which version of the alert the person saw."""

    version: int


class Problem(BaseModel):
    """Why a request was refused. `winner` is who acknowledged the alert first."""

    error: str
    message: str
    winner: str | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (401, 403, 503)}


@router.get("/alerts", responses=REFUSALS)
def list_alerts() -> list[dict[str, Any]]:
    """Return the open alerts, most urgent first. Times are ms since 1970, values are as people read them."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        registry = here.site.live.part("") or read_registry(tx)
        rows = alert_rows(store.open_alerts(tx), registry=registry, catalogue=here.site.catalogue)
    return list(rows.values())


@router.get("/sensors", responses=REFUSALS)
def list_sensors() -> list[dict[str, Any]]:
    """Return every sensor with its state (fresh, stale, silent, offline) and the last value of its headline."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        registry, latest = read_registry(tx), latest_frame(tx)
    return sensor_rows(registry, latest, catalogue=here.site.catalogue, now=utc_now(), language=here.language)


@router.get("/sensors/{sensor_id}/history", responses=REFUSALS)
def sensor_history(
    sensor_id: str,
    metric: str,
    start: Annotated[AwareDatetime | None, Query(description="ISO 8601 with a zone; 24 hours ago unless told")] = None,
    end: Annotated[AwareDatetime | None, Query(description="ISO 8601 with a zone; now unless told")] = None,
) -> list[dict[str, Any]]:
    """Return the readings of one series, oldest first; spans longer than a day as means of steps."""
    here = require(Role.VIEWER)
    if metric not in here.site.catalogue.metric:
        raise HTTPException(422, f"metric {metric!r} is not in the catalogue")
    until = end or utc_now()
    since = start or until - timedelta(days=1)
    _check_span(since, until)
    with here.site.database.transaction() as tx:
        history = read_history(tx, sensor_id, metric, start=since, end=until)
    return [
        {"time": row["time"].isoformat(), "value": row["value"], "quality": int(row["quality"])}
        for row in history.to_dict("records")
    ]


@router.post(
    "/alerts/{alert_id}/acknowledge",
    status_code=204,
    responses={**REFUSALS, 404: {"model": Problem}, 409: {"model": Problem}},
)
async def acknowledge(alert_id: int, seen: Acknowledgement) -> Response:
    """Take an alert. 409 when somebody was first (`winner`), or when it changed since this version."""
    here = require(Role.OFFICER)

    def take(actor: str) -> None:
        with here.site.database.transaction() as tx:
            actions.acknowledge(tx, alert_id, version=seen.version, actor=actor, now=utc_now())

    try:
        await asyncio.to_thread(take, here.person.name)
    except LostRace as lost:
        return _problem(409, "lost_race", str(lost), winner=lost.winner)
    except AlertChanged as changed:
        return _problem(409, "changed", str(changed))
    except AlertUnknown as unknown:
        return _problem(404, "unknown", str(unknown))
    except StorageError as error:
        return _problem(503, "storage", str(error))
    return Response(status_code=204)


def _problem(status: int, error: str, message: str, **more: str) -> Response:
    return JSONResponse({"error": error, "message": message, **more}, status)


def _check_span(start: datetime, end: datetime) -> None:
    if not timedelta(0) < end - start <= LONGEST_SPAN:
        raise HTTPException(422, "start must lie before end, by at most 366 days")
