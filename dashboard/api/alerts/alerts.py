"""`/api/v1/alerts`: the list, one alert, its history, who was told. Acts: `alert_acts`. Described in openapi.json."""

from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from alerts.board import alert_history, alert_reader
from alerts.board.open_alert import OpenAlert
from alerts.errors import AlertUnknown
from citizens.store.forecast_lists import expected_of_many
from cityops.accounts.roles import Role
from cityops.storage import Row, Transaction
from dashboard.api.alerts.alert_acts import refusal
from dashboard.api.alerts.alert_facts import alert_facts
from dashboard.api.page_links import PageCursor, Place, add_next_link
from dashboard.cases.forecast_words import expected_facts
from dashboard.city.alerts.alert_rows import alert_rows
from dashboard.requests.cursors import LARGEST_ID, START, Cursor, turn_page
from dashboard.web.refusals import REFUSALS, Problem
from dashboard.web.request_context import RequestContext, require

MOST = 1000


router = APIRouter(prefix="/alerts")


@router.get("", responses=REFUSALS)
def list_alerts(
    request: Request,
    response: Response,
    state: Annotated[
        Literal["open", "closed", "all"], Query(description="open: most urgent first; else newest")
    ] = "open",
    severity: Annotated[int | None, Query(ge=1, le=4)] = None,
    domain: str | None = None,
    area: Annotated[str, Query(pattern="^[0-9]{0,32}$", description="an area and everything in it")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    cursor: PageCursor = None,
    after: Annotated[
        int,
        Query(
            ge=0, le=LARGEST_ID, description="rows to pass over; for closed or all: numbers below this", deprecated=True
        ),
    ] = 0,
) -> list[dict[str, Any]]:
    """Return alerts; times are ms since 1970, values are as people read them.

    When there are more, the header `Link` with rel="next" holds the address of the next page, with a `cursor`: an alert
    that stays in the list is on exactly one page, also while others come, go and change their order.
    """
    here = require(Role.VIEWER)
    chosen = _Chosen(severity, domain, area)
    with here.site.database.transaction() as tx:
        if state != "open":
            before = after or (cursor or START).below
            page, following = _past_page(tx, chosen, closed_only=state == "closed", before=before, limit=limit)
        elif after:
            page, following = _page_after(tx, chosen, after, limit)
        else:
            page, following = _open_page(tx, chosen, cursor or START, limit)
        rows = _rows(tx, page, here)
    if following is not None:
        add_next_link(response, request, following)
    return rows


@router.get("/{alert_id}", responses={**REFUSALS, 404: {"model": Problem}})
def show_alert(alert_id: int) -> Any:
    """Return one alert, open or closed."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        try:
            return _rows(tx, [alert_reader.find_shown(tx, alert_id)], here)[0]
        except AlertUnknown as unknown:
            return refusal(unknown)


@router.get("/{alert_id}/events", responses=REFUSALS)
def show_events(alert_id: int) -> list[dict[str, Any]]:
    """Return everything that happened to an alert, oldest first. Times are ISO 8601, UTC."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        return _records(alert_history.alert_events(tx, alert_id))


@router.get("/{alert_id}/notifications", responses=REFUSALS)
def show_notifications(alert_id: int) -> list[dict[str, Any]]:
    """Return who was told about an alert, and what became of each message."""
    here = require(Role.VIEWER)
    with here.site.database.transaction() as tx:
        return _records(alert_history.notifications(tx, alert_id))


def _rows(tx: Transaction, alerts: list[OpenAlert], here: RequestContext) -> list[dict[str, Any]]:
    registry = here.site.live.registry(tx)
    rows = alert_rows(alerts, registry=registry, catalogue=here.site.catalogue)
    expected = expected_of_many(tx, [alert.alert_id for alert in alerts])
    return [rows[str(one.alert_id)] | alert_facts(one) | _expected(expected.get(one.alert_id)) for one in alerts]


def _expected(rows: list[Row] | None) -> dict[str, Any]:
    """Return the complaints that are expected of an alert as a fact of it; none where there are none."""
    return {"expected_complaints": expected_facts(rows)} if rows else {}


class _Chosen(NamedTuple):
    """Which alerts are asked for."""

    severity: int | None
    domain: str | None
    area: str

    def has(self, alert: OpenAlert) -> bool:
        """Whether an alert is among them."""
        return (
            alert.area_code.startswith(self.area)
            and self.severity in (None, alert.severity)
            and self.domain in (None, alert.domain)
        )


def _open_page(tx: Transaction, chosen: _Chosen, cursor: Cursor, limit: int) -> tuple[list[OpenAlert], Place | None]:
    found = {alert.alert_id: alert for alert in _open_alerts(tx, chosen)}
    page, following = turn_page(list(found), cursor, limit=limit)
    return [found[number] for number in page], following


def _page_after(tx: Transaction, chosen: _Chosen, after: int, limit: int) -> tuple[list[OpenAlert], Place | None]:
    """Return a page by offset, as programs ask for it that keep no cursor."""
    found = _open_alerts(tx, chosen)
    following = after + limit
    return found[after:following], following if len(found) > following else None


def _past_page(
    tx: Transaction, chosen: _Chosen, *, closed_only: bool, before: int | None, limit: int
) -> tuple[list[OpenAlert], Place | None]:
    found = alert_reader.alert_page(tx, most=limit + 1, before=before, closed_only=closed_only, **chosen._asdict())
    page = found[:limit]
    return page, Cursor(below=page[-1].alert_id) if len(found) > limit else None


def _open_alerts(tx: Transaction, chosen: _Chosen) -> list[OpenAlert]:
    return [alert for alert in alert_reader.open_alerts(tx) if chosen.has(alert)]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON has them: moments in ISO 8601, nothing as null."""
    return [
        {str(name): value.isoformat() if isinstance(value, pd.Timestamp) else value for name, value in row.items()}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]
