"""`/api/v1/alerts`, what the desk needs beside the actions on one alert: many at once, and the steps of guidance."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from alerts.board import actions, bulk
from alerts.errors import AlertChanged, AlertUnknown, NotAllowed
from cityops.accounts.roles import Role
from cityops.storage import StorageError, Transaction
from dashboard.api.alerts.alert_acts import ACTION_REFUSALS, Done, Seen, act_of, done, explain, refusal
from dashboard.web.refusals import Problem
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT

router = APIRouter(prefix="/alerts")


class SeenAlert(Seen):
    """One alert at the version that the caller saw."""

    id: int


class Many(BaseModel):
    """Alerts that are taken together, and why."""

    alerts: Annotated[list[SeenAlert], Field(max_length=bulk.MOST_AT_ONCE)]
    reason: str = Field(min_length=1, max_length=actions.LONGEST_TEXT)


class Lost(Problem):
    """One that could not be taken."""

    id: int


class Outcome(BaseModel):
    """What became of each."""

    taken: list[Done]
    lost: list[Lost]


class Step(BaseModel):
    """A step of the guidance, 1 is the first."""

    step: int = Field(ge=1, le=100)
    done: bool


@router.post("/acknowledge", response_model=Outcome, responses=ACTION_REFUSALS, dependencies=ACT)
def acknowledge_many(many: Many) -> Any:
    """Take several alerts in one transaction. Those that somebody else was faster with are named in `lost`."""
    here = require(Role.OFFICER)
    seen = [(alert.id, alert.version) for alert in many.alerts]

    def work(tx: Transaction) -> dict[str, Any]:
        outcome = bulk.acknowledge_all(tx, seen, act_of(here), reason=many.reason)
        return {
            "taken": [done(alert) for alert in outcome.taken],
            "lost": [{"id": alert_id, **explain(error)} for alert_id, error in outcome.lost],
        }

    try:
        return here.act(work)
    except (NotAllowed, StorageError) as error:
        return refusal(error)


@router.post("/{alert_id}/steps", response_model=Done, responses=ACTION_REFUSALS, dependencies=ACT)
def tick_step(alert_id: int, step: Step) -> Any:
    """Note that a step of the guidance is done, or is not after all. It asks for no version."""
    here = require(Role.OFFICER)

    def work(tx: Transaction) -> dict[str, Any]:
        return done(actions.tick(tx, alert_id, act_of(here), step=step.step, done=step.done))

    try:
        return here.act(work)
    except (AlertChanged, AlertUnknown, NotAllowed, StorageError) as error:
        return refusal(error)
