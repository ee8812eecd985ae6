"""What the schema of CAP cannot say of a message, checked before it is written. Pure."""

from datetime import datetime

from cap.errors import MessageWrong
from cap.messages.message import CapMessage, CapScope, Info, MsgType, Pair, is_name

MIN_RING = 4  # points, of which the last is the first


def check(message: CapMessage) -> None:
    """Refuse what no receiver can use, though the schema takes it. Raises MessageWrong."""
    for name in (message.identifier, message.sender):
        if not is_name(name):
            raise MessageWrong(f"{name!r} is no identifier or sender: no spaces, commas, < or &.")
    if message.scope is not CapScope.PUBLIC:
        raise MessageWrong("Only public messages are written.")
    if message.msg_type in (MsgType.UPDATE, MsgType.CANCEL) and not message.references:
        raise MessageWrong(f"{message.msg_type} refers to no earlier message.")
    if message.msg_type in (MsgType.ALERT, MsgType.UPDATE) and not message.infos:
        raise MessageWrong(f"{message.msg_type} says nothing.")
    for info in message.infos:
        _check_info(info, message.sent)


def _check_info(info: Info, sent: datetime) -> None:
    if not info.categories or not info.event:
        raise MessageWrong("An info needs a category and an event.")
    if info.expires is not None and info.expires <= sent:
        raise MessageWrong("It expires before it is sent.")
    for area in info.areas:
        for ring in area.polygons:
            _check_ring(ring)


def _check_ring(ring: tuple[Pair, ...]) -> None:
    if len(ring) < MIN_RING or ring[0] != ring[-1]:
        raise MessageWrong("A polygon has four points at least, and ends where it begins.")
    if not all(abs(latitude) <= 90 and abs(longitude) <= 180 for latitude, longitude in ring):
        raise MessageWrong("A point of a polygon is nowhere on earth: latitude comes first.")
