"""`/api/v1/countersignatures`: another city has us sign that we saw how far its audit chain goes."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.audit.anchors import AnchorUnreadable, read_anchor
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.api.packs import NO_KEY
from dashboard.web.refusals import REFUSALS, Problem, answer
from dashboard.web.request_context import require
from dashboard.web.request_ids import ACT
from sharing.errors import PackKeyUnusable, WitnessRefused
from sharing.evidence.keys import read_pack_key
from sharing.evidence.witness import witness

router = APIRouter()
JSON = "application/json"
LONGEST = 83  # characters of an anchor: 18 digits, a colon, 64 digits
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {}}}, **REFUSALS, 409: {"model": Problem}}


class Shown(BaseModel):
    """How far the chain goes, as `cityops audit anchor` prints it."""

    anchor: str = Field(max_length=LONGEST)


@router.post("/countersignatures", response_class=Response, responses=ANSWERS, dependencies=ACT)
def countersign(shown: Shown) -> Response:
    """Keep how far the chain of who asks goes, and return that we saw it then, signed with the city's key.

    409: it is not the chain that was shown before, or this city has no key.
    """
    here = require(Role.OFFICER)
    path = here.site.settings.pack_key
    try:
        anchor = read_anchor(shown.anchor)
        if path is None:
            raise PackKeyUnusable
        key = read_pack_key(path)

        def work(tx: Transaction) -> str:
            who = here.person.name
            return witness(tx, anchor, asked_by=who, key=key, now=utc_now(), origin=here.origin).decode()

        return Response(here.act(work), media_type=JSON)
    except AnchorUnreadable as refused:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, refused.public)
    except PackKeyUnusable:
        return answer(HTTPStatus.CONFLICT, NO_KEY, error="no_key")
    except WitnessRefused as refused:
        return answer(HTTPStatus.CONFLICT, refused.public, error="refused")
