"""What a supervisor of processes asks: alive, ready, and the counters."""

import asyncio
from datetime import datetime
from functools import partial

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from cityops.clock import milliseconds, utc_now
from cityops.operations.heartbeats import find_late
from cityops.storage import StorageError
from cityops.storage.migrate import pending
from dashboard.live import metrics
from dashboard.live.services.troubles import Services, find_troubles
from dashboard.web.request_context import visit

router = APIRouter(include_in_schema=False)
UNREAD_AFTER = 5.0  # seconds without an answer of the database


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers, and its screens are given pictures."""
    if not visit().site.live.is_beating:
        return JSONResponse({"status": "no picture is drawn; read the log and restart this process"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/time")
async def tell_time() -> Response:
    """What time it is here, in ms since 1970: the clock of a visitor's PC may be wrong (assets/clock.js)."""
    return JSONResponse({"time": milliseconds(utc_now())})


@router.get("/readyz")
async def readyz() -> Response:
    """The database answers and its schema is the one this program knows. What is in trouble elsewhere is named.

    This program is ready all the same: whoever took it away for the sake of `watch` would put out the wall.
    """
    site = visit().site
    live = site.live
    age = live.read_age(utc_now())
    if age is not None and age > UNREAD_AFTER:
        return JSONResponse({"status": "database unavailable", "unread_seconds": round(age)}, 503)
    try:
        asked = site.probes.ready.ask(partial(pending, site.pools.background))
        async with asyncio.timeout(UNREAD_AFTER):
            missing = await asked
    except (StorageError, TimeoutError):
        return JSONResponse({"status": "database unavailable"}, 503)
    if missing:
        return JSONResponse({"status": "schema not migrated", "pending": missing}, 503)
    services = live.services
    troubles = find_troubles(services) if services is not None else []
    if not troubles:
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "degraded", "troubles": [f"{one.name} {one.state}" for one in troubles]})


@router.get("/metrics")
async def show_metrics() -> Response:
    """The counters of this process and the state of the services, in the text format of Prometheus."""
    now = utc_now()
    site = visit().site
    age = site.live.read_age(now)
    metrics.SNAPSHOT_AGE.set(-1 if age is None else age)
    metrics.LISTENING.set(site.live.is_hearing)
    services = site.live.services
    if services is not None:
        observe_services(services, now)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def observe_services(services: Services, now: datetime) -> None:
    """Set the gauges of what the database told of the services; while it is away they grow older."""
    unread = (now - services.read_at).total_seconds()
    late = {one.service for one in find_late(services.heartbeats)}
    for gauge in (
        metrics.JOB_FAILING,
        metrics.RULE_UNREADABLE,
        metrics.CHANNEL_BROKEN,
        metrics.CHANNEL_FAILURES,
        metrics.HEARTBEAT_AGE,
        metrics.HEARTBEAT_DUE,
        metrics.HEARTBEAT_LATE,
        metrics.CLOCK_AHEAD,
    ):
        gauge.clear()
    for failure in services.failures:
        metrics.JOB_FAILING.labels(failure.job).set(1)
    for rule in services.unreadable:
        metrics.RULE_UNREADABLE.labels(rule).set(1)
    for breaker in services.breakers:
        metrics.CHANNEL_BROKEN.labels(breaker.channel).set(breaker.is_broken(services.read_at))
        metrics.CHANNEL_FAILURES.labels(breaker.channel).set(breaker.failures)
    for one in services.heartbeats:
        metrics.HEARTBEAT_AGE.labels(one.service).set(one.age + unread)
        metrics.HEARTBEAT_DUE.labels(one.service).set(one.due)
        metrics.CLOCK_AHEAD.labels(one.service).set(one.clock_ahead)
    for service in late | {one.service for one in services.heartbeats}:
        metrics.HEARTBEAT_LATE.labels(service).set(service in late)
