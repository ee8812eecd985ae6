"""`/api/v1/requests`: what became of an act whose answer was lost."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from dashboard.requests.idempotency import KeyRefused, settle
from dashboard.web.refusals import REFUSALS, answer
from dashboard.web.request_context import visit

router = APIRouter(prefix="/api/v1/requests", tags=["requests"])
Key = Annotated[str, Path(description="the Idempotency-Key that the request carried")]


class Became(BaseModel):
    """What became of a request: `stored` with its answer; `unknown`: none has come; `withdrawn`: none will count."""

    state: Literal["stored", "unknown", "withdrawn"]
    answer: Any = None


@router.get("/{key}", response_model=Became, responses=REFUSALS)
async def show_request(key: Key) -> Any:
    """Return what became of one of one's own requests of the last 24 hours. One that is unknown may still arrive."""
    return await _settle(key, withdraw=False)


@router.delete("/{key}", response_model=Became, responses=REFUSALS)
async def withdraw_request(key: Key) -> Any:
    """Withdraw a request unless it is stored: from then on it is refused, should it still arrive.

    The answer is final: `stored`, nothing was withdrawn; or `withdrawn`, nothing was stored and nothing will be.
    """
    return await _settle(key, withdraw=True)


async def _settle(key: str, *, withdraw: bool) -> Any | Response:
    here = visit()
    try:
        return await asyncio.to_thread(settle, here.site.database, here.person.name, key, withdraw=withdraw)
    except KeyRefused as refused:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused), error="key_refused")
