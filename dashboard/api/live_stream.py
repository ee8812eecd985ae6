"""The way of the picture to a screen: WebSocket `/live`. First everything, then the differences.

A slow screen gets frames late, and one that is far behind everything once; one that takes nothing for ten seconds is
dropped.
A session that ended while its screen was open closes it with the code of the guard.
"""

import asyncio
import contextlib

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from cityops.devices.topics import AREA_CODE
from dashboard.limits.turns import TooManyAtOnce
from dashboard.live import metrics
from dashboard.web.request_context import LOG_IN_AGAIN, TRY_LATER, visit

DEAD_AFTER = 10.0  # seconds
CHECK_EVERY = 3.0  # seconds; with what `session_resolver` trusts, a revoked screen is closed this late and two more
router = APIRouter()


@router.websocket("/live")
async def live(websocket: WebSocket, area: str = "") -> None:
    """Send pictures until either side goes away."""
    await websocket.accept()
    here = visit()
    try:
        turn = here.site.streams.enter(here.holder)
    except TooManyAtOnce:
        await websocket.close(TRY_LATER)
        return
    metrics.CLIENTS.inc()
    sender = asyncio.create_task(_send(websocket, area if AREA_CODE.fullmatch(area) else ""))
    listener = asyncio.create_task(_listen(websocket))
    porter = asyncio.create_task(_see_out(websocket))
    try:
        await asyncio.wait({sender, listener, porter}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        turn.leave()
        metrics.CLIENTS.dec()
        for task in (sender, listener, porter):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, TimeoutError):
                await task


async def _send(websocket: WebSocket, area: str) -> None:
    site = visit().site
    async with site.live.watch(area) as view:
        number = 0
        while True:
            reached, text = await site.live.step(view, number)
            metrics.SKIPPED.inc(reached - number - 1 if number > 0 else 0)
            number = reached
            async with asyncio.timeout(DEAD_AFTER):
                await websocket.send_text(text)
            metrics.FRAMES.inc()
            metrics.FRAME_BYTES.inc(len(text.encode()))


async def _see_out(websocket: WebSocket) -> None:
    """Close the screen of somebody who has logged out, or of a wall whose token was revoked."""
    may_stay = visit().may_stay
    while await may_stay():
        await asyncio.sleep(CHECK_EVERY)
    await websocket.close(LOG_IN_AGAIN)


async def _listen(websocket: WebSocket) -> None:
    """A screen says nothing; this notices that it left."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
