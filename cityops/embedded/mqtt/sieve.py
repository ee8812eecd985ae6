"""Takes out of a client's stream of MQTT what comes of a blocked sensor, byte by byte of the same length. Pure.

And what looks like a public warning or a reading of open data, from whoever is none of our services.

Such a message goes to a topic that nobody hears, and is not retained: the client gets its acknowledgement, as from a
broker whose access list does not allow it (MQTT 3.1.1).
"""

from collections.abc import Callable, Set

from cityops.devices.topics import SAID_BY_US, named_sensor
from cityops.embedded.mqtt.mqtt_packets import read_length

_PUBLISH = 3
_RETAIN = 1
_ELSEWHERE = ord("-")  # in place of the first letter of `cityops`

Blocked = Callable[[], Set[str]]


class PacketFilter:
    """The stream of one client, after its CONNECT. feed() it in pieces of any size; the rest goes to the broker."""

    def __init__(self, blocked: Blocked, *, is_service: bool = False) -> None:
        self._blocked = blocked
        self._is_service = is_service
        self._held = bytearray()  # the beginning of a packet of which too little is here to judge it
        self._passing = 0  # bytes of the present packet that are still to come, and go through as they are

    def feed(self, data: bytes) -> bytes:
        """Return what may go on. Raises Malformed."""
        if len(data) <= self._passing:
            self._passing -= len(data)
            return data
        self._held += data
        start, size = self._passing, len(self._held)
        self._passing = 0
        while start < size:
            found = read_length(self._held, start + 1)
            if found is None:
                break
            length, body = found
            if not self._judge(start, body, body + length):
                break
            start = body + length
        if start > size:
            self._passing, start = start - size, size
        out = bytes(self._held[:start])
        del self._held[:start]
        return out

    def _judge(self, start: int, body: int, end: int) -> bool:
        """Judge a packet by its beginning. Return False while too little of it is here."""
        if self._held[start] >> 4 != _PUBLISH:
            return True
        topic = self._topic(body, end)
        if topic is None:
            return False
        if self._is_refused(topic):
            self._held[start] &= ~_RETAIN
            self._held[body + 2] = _ELSEWHERE
        return True

    def _is_refused(self, topic: str) -> bool:
        if topic.startswith(SAID_BY_US) and not self._is_service:
            return True
        blocked = self._blocked()
        return bool(blocked) and named_sensor(topic) in blocked

    def _topic(self, body: int, end: int) -> str | None:
        """Return the topic of a PUBLISH; None while it is not whole, "" where the packet ends before it does."""
        if body + 2 > end:
            return ""
        if body + 2 > len(self._held):
            return None
        stop = body + 2 + int.from_bytes(self._held[body : body + 2], "big")
        if stop > end:
            return ""
        return self._held[body + 2 : stop].decode("utf-8", "replace") if stop <= len(self._held) else None
