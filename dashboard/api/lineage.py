"""`/api/v1/lineage`: from any number of a domain page to the readings behind it, and to what is kept of their way."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage.readings.lineage import device_behind, readings_behind
from dashboard import texts
from dashboard.pages.domain.lineage.facts import figure_facts, lineage_facts, message_facts, readings_facts
from dashboard.pages.domain.reading import read_page
from dashboard.pages.domain.view import DomainView, read_view
from dashboard.web.refusals import REFUSALS, QueryTime
from dashboard.web.request_context import RequestContext, require

router = APIRouter(prefix="/lineage")
MOST = 1000
LONGEST_SPAN = timedelta(days=366)
VIEW = "as in the address of the page"

AsOf = Annotated[QueryTime | None, Query(description="when the page was drawn, ISO 8601 with a zone; now unless told")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="at most so many series, or readings")]
Word = Annotated[str, Query(max_length=64, description=VIEW)]


def page_query(
    metric: Word = "", area: Word = "", span: Word = "", until: Word = "", at: Word = "", compare: Word = ""
) -> dict[str, str]:
    """Return the question of a page as its address has it."""
    return {"metric": metric, "area": area, "span": span, "until": until, "at": at, "compare": compare}


PageQuery = Annotated[dict[str, str], Depends(page_query)]


@router.get("/{domain}", responses=REFUSALS)
def list_figures(domain: str, query: PageQuery, as_of: AsOf = None) -> list[dict[str, Any]]:
    """Return every number of a domain page with the key by which its lineage is asked, in the order of the page."""
    here = require(Role.VIEWER)
    view = _view(here, domain, query)
    with here.site.database.transaction() as tx:
        page = read_page(tx, view, here, _end(here, view, as_of))
    return [figure_facts(figure) for figure in page.figures.values()]


@router.get("/{domain}/{key}", responses=REFUSALS)
def show_lineage(
    domain: str,
    key: str,
    query: PageQuery,
    as_of: AsOf = None,
    limit: Limit = 20,
    offset: Annotated[int, Query(ge=0, description="after so many series of the first figure")] = 0,
) -> dict[str, Any]:
    """Return what a number is made of: formula, roll-up, each series' share (what decides first), other figures.

    `recomputed` is what the leaves make by the formula's own function. A number outside of the visitor's scope is not
    there (404), and no series outside of it is named.
    """
    here = require(Role.VIEWER)
    view = _view(here, domain, query)
    with here.site.database.transaction() as tx:
        page = read_page(tx, view, here, _end(here, view, as_of))
        if key not in page.figures:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The page has no such number. List them without a key.")
        lineage = page.tracer(tx, here).trace(key)
    return lineage_facts(lineage, texts.speaker(here.language), limit=limit, offset=offset)


@router.get("/series/{sensor_id}/{metric}", responses=REFUSALS)
def show_readings(
    sensor_id: str,
    metric: str,
    start: Annotated[QueryTime, Query(description="ISO 8601 with a zone")],
    end: Annotated[QueryTime, Query(description="ISO 8601 with a zone")],
    after: Annotated[QueryTime | None, Query(description="after the reading of this time")] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Return the readings of a series as they were stored, with their flags, and what is kept of their messages.

    `counts` is false for what no roll-up takes (flags 3, 4 and 9). `not_kept` names what is not known of a message.
    """
    here = require(Role.VIEWER)
    if not timedelta(0) < end - start <= LONGEST_SPAN:
        raise HTTPException(422, "start must lie before end, by at most 366 days")
    with here.site.database.transaction() as tx:
        device = device_behind(tx, sensor_id, metric, start=start, end=end)
        if device is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such series. Compare sensor and metric.")
        behind = readings_behind(tx, sensor_id, metric, start=start, end=end, after=after, limit=limit)
    return readings_facts(behind) | {"message": message_facts(device)}


def _view(here: RequestContext, domain: str, query: dict[str, str]) -> DomainView:
    if domain not in here.site.catalogue.domain:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such domain.")
    today = utc_now().astimezone(here.site.settings.zone).date()
    return read_view(domain, query, here.site.catalogue, today=today)


def _end(here: RequestContext, view: DomainView, as_of: QueryTime | None) -> QueryTime:
    now = utc_now()
    return view.end(min(as_of or now, now), here.site.settings.zone)
