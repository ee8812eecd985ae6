"""`/api/v1/cases/many/{act}`: one act with many cases, each judged by itself; who was slower is told the winner."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import AfterValidator, BaseModel, Field

from cases.life.transitions import TOGETHER, Act
from cases.store.acting import LONGEST_TEXT
from cityops.accounts.roles import Role
from cityops.storage import Transaction
from dashboard.api.cases.case_acts import ACT_REFUSALS, CaseAct, CaseDone, answer_act, done, perform_act
from dashboard.api.cases.case_refusals import REFUSED, explain
from dashboard.cases.seats import CaseSeat, seat_for
from dashboard.web.refusals import Problem
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT

MOST_AT_ONCE = 100
router = APIRouter(prefix="/cases")


def _together(act: Act) -> Act:
    if act not in TOGETHER:
        raise ValueError("this act is done with one case at a time")
    return act


ManyAct = Annotated[Act, AfterValidator(_together), Path(json_schema_extra={"enum": [act.value for act in TOGETHER]})]


class SeenCase(BaseModel):
    """One case at the version that the caller saw."""

    id: int
    version: int


class ManyCases(BaseModel):
    """Cases with which the same is done, for the same reason, and what the act itself asks for."""

    cases: Annotated[list[SeenCase], Field(min_length=1, max_length=MOST_AT_ONCE)]
    reason: str = Field(default="", max_length=LONGEST_TEXT)
    details: dict[str, Any] = Field(default_factory=dict)


class RefusedCase(Problem):
    """One with which it was not done, and why; `winner` is who was faster, `words` are for people."""

    id: int
    words: str | None = None


class ManyDone(BaseModel):
    """What became of each."""

    done: list[CaseDone]
    refused: list[RefusedCase]


@router.post("/many/{act}", response_model=ManyDone, responses=ACT_REFUSALS, dependencies=ACT)
def act_on_many(act: ManyAct, many: ManyCases) -> Any:
    """Do the same with several cases in one transaction, each as far as it allows it."""
    seat = seat_for(require(Role.VIEWER), act)
    return answer_act(seat, lambda tx: _perform_all(tx, seat, act, many))


def _perform_all(tx: Transaction, seat: CaseSeat, act: Act, many: ManyCases) -> dict[str, Any]:
    """Return what became of each. Always in the same order, so that no two such requests wait for one another."""
    made: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for seen in sorted(many.cases, key=lambda one: one.id):
        said = CaseAct(version=seen.version, reason=many.reason, details=many.details)
        try:
            with tx.savepoint():
                made.append(done(tx, seen.id, perform_act(tx, seat, seen.id, act, said)))
        except REFUSED as error:
            refused.append({"id": seen.id, **explain(error)})
    return {"done": made, "refused": refused}
