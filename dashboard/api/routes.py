"""`/api/v1`: what other programs may read and do; alerts are in `alerts`. Described in openapi.json."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.names import finds
from cityops.numbers import unsigned_zero
from cityops.storage.readings.latest import latest_frame
from dashboard.api import air as air_api
from dashboard.api import countersignatures, lineage, map_files, packs
from dashboard.api.alerts import alert_acts, alert_stream, many_alerts
from dashboard.api.alerts import alerts as alert_api
from dashboard.api.cases import case_acts, case_lists, case_photos, cases, many_cases
from dashboard.api.page_links import PageKeyCursor, add_next_link
from dashboard.city.past.history import read_history
from dashboard.city.registry import read_registry
from dashboard.city.sensor_rows import sensor_rows
from dashboard.requests.key_cursors import turn_page_of_keys
from dashboard.web.refusals import REFUSALS, QueryTime
from dashboard.web.request_context import require

router = APIRouter(prefix="/api/v1", tags=["cityops"])
LONGEST_SPAN = timedelta(days=366)
MOST_SENSORS = 5000  # rows of a page, about 2 MB


router.include_router(alert_stream.router)  # before alert_api, whose addresses of one alert it would be one of
router.include_router(alert_api.router)
router.include_router(alert_acts.router)
router.include_router(many_alerts.router)
router.include_router(case_lists.router)  # before those on one
router.include_router(cases.router)
router.include_router(case_photos.router)  # before the acts, one of which its address would be
router.include_router(many_cases.router)  # before the acts on one
router.include_router(case_acts.router)
router.include_router(air_api.router)
router.include_router(map_files.router)
router.include_router(packs.router)
router.include_router(countersignatures.router)
router.include_router(lineage.router)


@router.get("/sensors", responses=REFUSALS)
def list_sensors(
    request: Request,
    response: Response,
    *,
    retired: Annotated[bool, Query(description="Those that are retired, in place of those in use.")] = False,
    q: Annotated[str, Query(max_length=200, description="words to find: names, their pinyin or its initials")] = "",
    limit: Annotated[
        int | None, Query(ge=1, le=MOST_SENSORS, description="in pages of so many, in the order of the ids")
    ] = None,
    cursor: PageKeyCursor = None,
) -> list[dict[str, Any]]:
    """Return every sensor with its online state and the last value of its headline, in the order of their names.

    With `limit` or `cursor` it is a page in the order of the ids, which no change of a sensor moves: one that stays is
    on exactly one page. When there are more, the header `Link` with rel="next" holds the address of the next page.
    `name_order` is the place in the order of the names on every page.

    `status`: online, late, silent, contradictory, never_reported or retired; `reason` and `since` (ms since 1970) say
    why.
    """
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        registry, latest = read_registry(tx, retired=retired), latest_frame(tx)
    rows = sensor_rows(registry, latest, catalogue=here.site.catalogue, now=utc_now(), language=here.language)
    found = [row for row in rows if finds(q, row["search"])]
    if limit is None and cursor is None:
        return found
    by_id = {row["id"]: row for row in found}
    page, following = turn_page_of_keys(by_id, cursor, limit=limit or MOST_SENSORS)
    if following is not None:
        add_next_link(response, request, following)
    return [by_id[sensor] for sensor in page]


@router.get("/sensors/{sensor_id}/history", responses=REFUSALS)
def sensor_history(
    sensor_id: str,
    metric: str,
    start: Annotated[QueryTime | None, Query(description="ISO 8601 with a zone; 24 hours ago unless told")] = None,
    end: Annotated[QueryTime | None, Query(description="ISO 8601 with a zone; now unless told")] = None,
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
        {"time": row["time"].isoformat(), "value": unsigned_zero(row["value"]), "quality": int(row["quality"])}
        for row in history.to_dict("records")
    ]


def _check_span(start: datetime, end: datetime) -> None:
    if not timedelta(0) < end - start <= LONGEST_SPAN:
        raise HTTPException(422, "start must lie before end, by at most 366 days")
