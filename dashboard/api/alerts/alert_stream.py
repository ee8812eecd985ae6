"""`/api/v1/alerts/changes`: every change of any alert as server-sent events, from any place on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from alerts.board import alert_history
from cityops.accounts.roles import Role
from cityops.storage import Row, StorageError
from cityops.storage.audit import audit_head
from cityops.storage.operations.incarnation import read_incarnation
from dashboard.api.stream_places import StreamPlace, read_place
from dashboard.limits.turns import TurnResponse
from dashboard.requests.cursors import LARGEST_ID
from dashboard.web.refusals import REFUSALS, Problem
from dashboard.web.request_context import RequestContext, require

LOOK_EVERY = 1.0  # seconds between two looks for changes
BREATH = 15  # looks without a change after which a comment keeps proxies from closing the stream
RESET = "This server does not know that place: its database was restored. Read all alerts again, then go on from here."
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
    429: {"model": Problem},
}
router = APIRouter(prefix="/alerts")


@router.get("/changes", response_class=StreamingResponse, responses={**STREAM, **REFUSALS})
async def follow_changes(
    after: Annotated[
        int | None, Query(ge=0, le=LARGEST_ID, description="the id of the last event that was seen")
    ] = None,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=LARGEST_ID, description="the same, as browsers send it")
    ] = None,
) -> Response:
    """Stream every change of any alert as server-sent events `change`; none is missed between two ids.

    Without an id the stream begins now. Data: alert, at (ISO 8601), action, from, to, actor, reason. An event `reset`
    says that the server does not know the id, because its database was restored: read all alerts again, then go on.
    """
    here = require(Role.VIEWER)
    turn = here.site.streams.enter(here.holder)
    with turn.kept_if_good():
        number = last_event_id if last_event_id is not None else after
        first = await asyncio.to_thread(_look, here, None if number is None else read_place(number))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return TurnResponse(_stream(here, first), turn, media_type="text/event-stream", headers=headers)


class _Look(NamedTuple):
    """What one look at the database found: up to where the caller has now read, and the events on the way there."""

    place: StreamPlace
    events: tuple[str, ...] = ()


async def _stream(here: RequestContext, look: _Look) -> AsyncIterator[str]:
    """Yield changes until the caller leaves, or may stay no longer. A database that is away is waited for."""
    looks = 0
    yield ": the changes follow\n\n"
    while looks % BREATH or await here.may_stay():
        looks += 1
        for event in look.events:
            yield event
        if not look.events:
            if looks % BREATH == 0:
                yield ": still here\n\n"
            await asyncio.sleep(LOOK_EVERY)
        try:
            look = await asyncio.to_thread(_look, here, look.place)
        except StorageError:
            look = _Look(look.place)


def _look(here: RequestContext, seen: StreamPlace | None) -> _Look:
    """Return what happened after a place; None is now."""
    with here.site.pools.background.transaction() as tx:
        incarnation, chain = read_incarnation(tx), audit_head(tx)
        head = StreamPlace(incarnation, chain.seq if chain else 0)
        if seen is None:
            return _Look(head)
        if not seen.is_known(head):
            return _Look(head, (_event(head, "reset", {"error": "reset", "message": RESET}),))
        rows = alert_history.changes_after(tx, seen.seq)
    places = [StreamPlace(incarnation, row["seq"]) for row in rows]
    events = tuple(_event(place, "change", _facts(row)) for place, row in zip(places, rows, strict=True))
    return _Look(places[-1] if places else StreamPlace(incarnation, seen.seq), events)


def _event(place: StreamPlace, name: str, facts: dict[str, Any]) -> str:
    return f"id: {place.number}\nevent: {name}\ndata: {msgspec.json.encode(facts).decode()}\n\n"


def _facts(row: Row) -> dict[str, Any]:
    names = {"alert_id": "alert", "from_state": "from", "to_state": "to"}
    return {names.get(name, name): value for name, value in row.items() if name != "seq"}
