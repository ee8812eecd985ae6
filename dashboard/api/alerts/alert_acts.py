"""`/api/v1/alerts/{id}/…`: every action on one alert, by the version that the caller saw. Described in openapi.json."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from alerts.board import actions
from alerts.board.alert import Alert
from alerts.errors import AlertChanged, AlertUnknown, LostRace, NotAllowed
from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import BadData, StorageError, Transaction
from dashboard.web.refusals import REFUSALS, Moment, Problem
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(prefix="/alerts")


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
