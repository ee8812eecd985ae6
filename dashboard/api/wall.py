"""`/api/v1/wall`: what the walls show, and holding one scene on all of them."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from cityops.accounts.roles import Role
from cityops.clock import utc_now
from cityops.storage import Transaction
from dashboard.live.scene import scene_hold
from dashboard.web.refusals import REFUSALS, Problem, answer
from dashboard.web.request_context import RequestContext, require
from dashboard.web.request_ids import ACT

router = APIRouter(prefix="/api/v1", tags=["wall"])


class Wish(BaseModel):
    """Which scene to hold, and for how long."""

    scene: Annotated[str, Field(description="overview, the name of a domain, cases, district:CODE, incident:ID")]
    minutes: Annotated[float, Field(gt=0, le=720)] = 10
    over_alerts: Annotated[bool, Field(description="urgent alerts wait too; a supervisor may say so")] = False


@router.get("/wall", responses=REFUSALS)
def shown_scene() -> dict[str, Any]:
    """Return what walls show now, and what they can show.

    scene, since and until (ms since 1970), by (who holds it; absent: nobody); districts (code, zh, en).
    """
    live = require(Role.VIEWER).site.live
    return {**live.shown_scene(), "districts": live.districts()}


@router.put("/wall", status_code=204, responses={**REFUSALS, 404: {"model": Problem}}, dependencies=ACT)
async def hold_scene(wish: Wish) -> Response:
    """Hold a scene on every wall of one's scope that is not pinned by its address.

    404 when it is of a part of the city that one does not see, 422 when there is no such scene.
    """
    here = require(Role.SUPERVISOR if wish.over_alerts else Role.OFFICER)

    def hold(tx: Transaction) -> None:
        scene_hold.hold(
            tx,
            wish.scene,
            domains=here.site.catalogue.domain,
            scope=here.person.scope,
            actor=here.person.name,
            minutes=wish.minutes,
            now=utc_now(),
            over_alerts=wish.over_alerts,
            origin=here.origin,
        )

    return await _do(here, hold)


@router.delete("/wall", status_code=204, responses=REFUSALS, dependencies=ACT)
async def release_scene() -> Response:
    """Let the walls of one's scope go on by themselves; what others hold on more than those stays."""
    here = require(Role.OFFICER)

    def release(tx: Transaction) -> None:
        person = here.person
        scene_hold.release(tx, scope=person.scope, actor=person.name, now=utc_now(), origin=here.origin)

    return await _do(here, release)


async def _do(here: RequestContext, work: Callable[[Transaction], None]) -> Response:
    try:
        await asyncio.to_thread(here.act, work)
    except scene_hold.NoScene as error:
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), error="no_scene")
    except scene_hold.SceneHidden as error:
        return answer(HTTPStatus.NOT_FOUND, str(error))
    return Response(status_code=204)
