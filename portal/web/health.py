"""What a supervisor of processes asks: alive, ready, and the counters."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.web.proxies import is_forwarded
from cityops.web.worker_pool import PoolFull
from portal import metrics
from portal.context import portal_of
from portal.store.city import is_ready
from portal.web.faults import answer_page_fault
from portal.web.rooms import Room

HERE = ("127.0.0.1", "::1")


async def healthz(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """The database answers, and this role finds there what it serves."""
    try:
        ready = await portal_of(request).read(is_ready)
    except (StorageError, PoolFull):
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"} if ready else {"status": "schema not migrated"}, 200 if ready else 503)


async def show_metrics(request: Request) -> Response:
    """The counters, for a program of this machine; for everybody else there is no such page."""
    if request.client is None or request.client.host not in HERE or is_forwarded(request.headers):
        raise HTTPException(404)
    metrics.CITY_AGE.set(portal_of(request).city.age(utc_now()))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", show_metrics)]
ROOMS = tuple(Room(route.path, answer_page_fault, limit=None) for route in ROUTES)
