"""What a supervisor of processes asks: alive, ready, and the counters."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from cityops.clock import utc_now
from cityops.storage import Database, StorageError
from cityops.storage.heartbeats import heartbeats
from cityops.storage.job_failures import job_failures
from cityops.storage.migrate import pending
from dashboard import metrics
from dashboard.visit import visit

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers, and its screens are given pictures."""
    if not visit().site.live.is_beating:
        return JSONResponse({"status": "no picture is drawn; read the log and restart this process"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz() -> Response:
    """The database answers and its schema is the one this program knows."""
    site = visit().site
    try:
        missing = await site.probes.ready.ask(partial(pending, site.pools.background))
    except StorageError:
        return JSONResponse({"status": "database unavailable"}, 503)
    if missing:
        return JSONResponse({"status": "schema not migrated", "pending": missing}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
async def show_metrics() -> Response:
    """The counters of this process and the state of the services, in the text format of Prometheus."""
    now = utc_now()
    site = visit().site
    age = site.live.read_age(now)
    metrics.SNAPSHOT_AGE.set(-1 if age is None else age)
    await site.probes.services.ask(partial(observe_services, site.pools.background, now))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def observe_services(database: Database, now: datetime) -> None:
    """Set the gauges of what the database knows of the other programs; without a database they are left out."""
    metrics.JOB_FAILING.clear()
    metrics.HEARTBEAT_AGE.clear()
    with suppress(StorageError), database.transaction() as tx:
        for failure in job_failures(tx):
            metrics.JOB_FAILING.labels(failure.job).set(1)
        for service, beat_at in heartbeats(tx).items():
            metrics.HEARTBEAT_AGE.labels(service).set((now - beat_at).total_seconds())
