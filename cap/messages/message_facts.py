"""What is kept of a message beside itself: what pages tell, where it is on a map, until when it is good. Pure."""

from datetime import datetime, timedelta

import shapely

from cap.messages.message import CapMessage, Info
from cap.messages.outlines import area_shape, map_outline


def told_of(info: Info) -> dict[str, str]:
    """Return what pages tell of a message."""
    return {
        "event": info.event,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "sender": info.sender_name,
        "areas": info.areas[0].description if info.areas else "",
    }


def outline_on_map(message: CapMessage) -> str | None:
    """Return the outline of all its areas for maps."""
    return map_outline(shapely.union_all([area_shape(area) for area in message.infos[0].areas]))


def expires_at(message: CapMessage) -> datetime:
    """Return when the last of its languages expires; an hour after it was sent where none says so."""
    return max(
        (info.expires for info in message.infos if info.expires is not None), default=message.sent + timedelta(hours=1)
    )
