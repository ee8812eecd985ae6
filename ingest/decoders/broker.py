"""The broker's own counters below `$SYS`. Mosquitto has them; a broker that has none says nothing."""

from cityops.devices.topics import BROKER_DROPPED
from ingest.errors import Undecodable
from ingest.messages import DropCount

_MOST_DIGITS = 18


def decode(topic: str, payload: bytes) -> DropCount:
    """Decode a counter. Raises Undecodable."""
    if topic != BROKER_DROPPED:
        raise Undecodable("topic", "this counter of the broker is not asked for")
    if not payload.isdigit() or len(payload) > _MOST_DIGITS:
        raise Undecodable("payload", f"{payload[:40]!r} is no count")
    return DropCount(int(payload))
