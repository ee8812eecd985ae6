"""`/api/v1/alerts`: list, one, its history, every action, and a stream of changes. Described in openapi.json."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alerts.board import actions, alert_history, alert_reader
from alerts.board.alert import Alert
from alerts.board.open_alert import OpenAlert
from alerts.errors import AlertChanged, AlertUnknown, LostRace, NotAllowed
from citizens.store.forecast_lists import expected_of_many
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import BadData, Row, StorageError, Transaction
from dashboard.api.alerts.alert_facts import alert_facts
from dashboard.api.page_links import PageCursor, Place, add_next_link
from dashboard.cases.forecast_words import expected_facts
from dashboard.city.alerts.alert_rows import alert_rows
from dashboard.requests.cursors import LARGEST_ID, START, Cursor, turn_page
from dashboard.web.refusals import REFUSALS, Moment, Problem
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT

MOST = 1000


class Seen(BaseModel):
    """Which version of the alert the caller saw."""

    version: int


class Reasoned(Seen):
    """An action that says why."""

    reason: str = Field(min_length=1, max_length=actions.LONGEST_TEXT)


class Comment(Seen):
    """Something to write down."""

    text: str = Field(min_length=1, max_length=actions.LONGEST_TEXT)


class Assignment(Seen):
    """To whom it goes: a person or a team."""

    to: str = Field(min_length=1, max_length=200)


class Shelf(Reasoned):
    """Until when it is put aside: ISO 8601 with a zone, at most 24 hours ahead."""

    until: Moment


class Done(BaseModel):
    """The alert after an action: what to send as `version` with the next one."""

    id: int
    version: int
    state: str


def done(alert: Alert) -> dict[str, Any]:
    """Return the fields of `Done`."""
    return Done(id=alert.alert_id, version=alert.version, state=alert.state.value).model_dump()


ACTION_REFUSALS = {**REFUSALS, 404: {"model": Problem}, 409: {"model": Problem}}
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


def explain(error: CityOpsError) -> dict[str, str]:
    """Return why an action was refused, with the fields of `Problem`."""
    content = {"error": _NAMES.get(type(error), "storage"), "message": error.public}
    return content | ({"winner": error.winner} if isinstance(error, LostRace) else {})


def refusal(error: CityOpsError) -> JSONResponse:
    """Answer with why an action was refused."""
    statuses: dict[type[CityOpsError], HTTPStatus] = dict.fromkeys(_NAMES, HTTPStatus.CONFLICT)
    statuses |= {AlertUnknown: HTTPStatus.NOT_FOUND, BadData: HTTPStatus.UNPROCESSABLE_ENTITY}
    return JSONResponse(explain(error), statuses.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE))


_NAMES: dict[type[CityOpsError], str] = {
    AlertChanged: "changed",
    AlertUnknown: "unknown",
    NotAllowed: "not_allowed",
    BadData: "bad_value",
    LostRace: "lost_race",
}


def act_of(here: RequestContext) -> actions.AlertAct:
    """Return who acts by this request, and when."""
    return actions.AlertAct(here.person.name, utc_now(), here.origin)


def _add_action(name: str, action: Callable[..., Alert], body: type[Seen], role: Role, status: int = 200) -> None:
    """Add `POST /alerts/{id}/<name>`; the fields of the body are the action's arguments."""

    def act(alert_id: int, seen: Seen) -> Any:
        here = require(role)
        values = dict(seen)

        def work(tx: Transaction) -> dict[str, Any]:
            return done(action(tx, alert_id, act_of(here), **values))

        try:
            answer = here.act(work)
        except (LostRace, AlertChanged, AlertUnknown, NotAllowed, StorageError) as error:
            return refusal(error)
        if status == HTTPStatus.NO_CONTENT:
            return Response(status_code=status)
        return answer

    act.__annotations__["seen"] = body  # FastAPI reads it
    router.add_api_route(
        f"/{{alert_id}}/{name}",
        act,
        methods=["POST"],
        name=name,
        status_code=status,
        response_model=None if status == HTTPStatus.NO_CONTENT else Done,
        responses=ACTION_REFUSALS,
        dependencies=ACT,
        description=f"{action.__doc__}\n\nFor the role {role}. 409: `winner` was first, or the alert changed.",
    )


_add_action("acknowledge", actions.acknowledge, Seen, Role.OFFICER, HTTPStatus.NO_CONTENT)
_add_action("undo", actions.undo, Seen, Role.OFFICER)
_add_action("comment", actions.comment, Comment, Role.OFFICER)
_add_action("assign", actions.assign, Assignment, Role.OFFICER)
_add_action("escalate", actions.escalate, Reasoned, Role.OFFICER)
_add_action("shelve", actions.shelve, Shelf, Role.OFFICER)
_add_action("unshelve", actions.unshelve, Reasoned, Role.OFFICER)
_add_action("reset", actions.reset_latch, Reasoned, Role.OFFICER)
_add_action("close", actions.close, Reasoned, Role.OFFICER)
_add_action("suppress", actions.suppress, Reasoned, Role.SUPERVISOR)
_add_action("unsuppress", actions.unsuppress, Reasoned, Role.SUPERVISOR)
_add_action("out-of-service", actions.out_of_service, Reasoned, Role.SUPERVISOR)
_add_action("return-to-service", actions.return_to_service, Reasoned, Role.SUPERVISOR)


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
