"""What of MQTT the embedded broker's front must understand: who connects, and who asks for a shared subscription. Pure.

MQTT 3.1.1 and 5, sections 3.1 (CONNECT), 3.2 (CONNACK), 3.8 (SUBSCRIBE) and 3.9 (SUBACK).
"""

from collections.abc import Iterator
from dataclasses import dataclass

MQTT_5 = 5
LONGEST_PACKET = 1 << 20  # bytes, as in production
_SUBSCRIBE = 8
_SHARED = b"$share/"
_WILL, _PASSWORD, _USERNAME = 0x04, 0x40, 0x80  # flags of CONNECT


class Malformed(ValueError):
    """The bytes are no MQTT. The connection must end."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client says of itself when it connects; "" where it says nothing."""

    level: int  # of the protocol: 4 or 5
    client_id: str
    username: str = ""
    password: str = ""
    will: str = ""  # the topic of its last will


def read_length(data: bytes | bytearray, position: int) -> tuple[int, int] | None:
    """Return a variable byte integer and where it ends; None when the data ends first. Raises Malformed."""
    number = 0
    for place in range(4):
        if position + place >= len(data):
            return None
        byte = data[position + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, position + place + 1
    raise Malformed("a length has more than four bytes")


def read_hello(packet: bytes) -> Hello:
    """Read a whole CONNECT. Raises Malformed."""
    fields = _Fields(packet, _body(packet))
    fields.text()  # the protocol's name
    level, flags = fields.byte(), fields.byte()
    fields.skip(2)  # keep alive
    if level == MQTT_5:
        fields.skip_properties()
    client_id, will = fields.text(), ""
    if flags & _WILL:
        if level == MQTT_5:
            fields.skip_properties()
        will = fields.text()
        fields.text()
    username = fields.text() if flags & _USERNAME else ""
    password = fields.text() if flags & _PASSWORD else ""
    return Hello(level, client_id, username, password, will)


def refuse_connection(level: int, *, identifier: bool) -> bytes:
    """Return the CONNACK that refuses a client: its identifier, or that there is no room for it."""
    if level == MQTT_5:
        return bytes([0x20, 3, 0, 0x85 if identifier else 0x97, 0])
    return bytes([0x20, 2, 0, 2 if identifier else 3])


@dataclass(slots=True)
class SharedRefusal:
    """Takes shared subscriptions out of what a client sends, and answers them. One a connection.

    A SUBSCRIBE with one of them among others is refused as a whole.
    """

    level: int
    _kept: bytes = b""  # the beginning of a packet that cannot be judged yet
    _passing: int = 0  # bytes still to come of a packet that is of no interest

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Return what goes on to the broker, and what is answered to the client. Raises Malformed."""
        stream, onward, answer = self._kept + data, bytearray(), bytearray()
        start = position = 0  # of what goes on; of what is not judged yet
        while position < len(stream):
            if self._passing:
                step = min(self._passing, len(stream) - position)
                self._passing -= step
                position += step
                continue
            end = _packet_end(stream, position)
            if end is None:
                break
            if stream[position] >> 4 != _SUBSCRIBE:
                self._passing = end - position
            elif end > len(stream):
                break  # all of it is needed
            else:
                refused = self._refuse(stream[position:end])
                if refused:
                    answer += refused
                    onward += stream[start:position]
                    start = end
                position = end
        self._kept = stream[position:]
        return bytes(onward + stream[start:position]), bytes(answer)

    def _refuse(self, packet: bytes) -> bytes:
        """Return the SUBACK that refuses a SUBSCRIBE; nothing when it asks for no share."""
        is_v5 = self.level == MQTT_5
        fields = _Fields(packet, _body(packet))
        number = fields.raw(2)
        if is_v5:
            fields.skip_properties()
        filters = list(fields.filters())
        if not any(each.startswith(_SHARED) for each in filters):
            return b""
        body = number + (b"\x00" if is_v5 else b"") + bytes([0x87 if is_v5 else 0x80]) * len(filters)
        return b"\x90" + _write_length(len(body)) + body


class _Fields:
    """Reads the fields of a packet one after the other. Raises Malformed when it ends too early."""

    def __init__(self, packet: bytes, position: int) -> None:
        self._packet = packet
        self._position = position

    def raw(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._packet):
            raise Malformed("a packet ends too early")
        found = self._packet[self._position : end]
        self._position = end
        return found

    def byte(self) -> int:
        return self.raw(1)[0]

    def skip(self, size: int) -> None:
        self.raw(size)

    def sized(self) -> bytes:
        return self.raw(int.from_bytes(self.raw(2), "big"))

    def text(self) -> str:
        return self.sized().decode("utf-8", "backslashreplace")

    def skip_properties(self) -> None:
        found = read_length(self._packet, self._position)
        if found is None:
            raise Malformed("a packet ends in its properties")
        length, self._position = found
        self.skip(length)

    def filters(self) -> Iterator[bytes]:
        """Yield the topic filters of a SUBSCRIBE, each with its options behind it."""
        while self._position < len(self._packet):
            yield self.sized()
            self.skip(1)


def _packet_end(stream: bytes, start: int) -> int | None:
    found = read_length(stream, start + 1)
    if found is None:
        return None
    length, body = found
    if length > LONGEST_PACKET:
        raise Malformed(f"a packet has {length} bytes")
    return body + length


def _body(packet: bytes) -> int:
    found = read_length(packet, 1)
    if found is None:
        raise Malformed("a packet ends in its length")
    return found[1]


def _write_length(number: int) -> bytes:
    written = bytearray()
    while True:
        number, low = divmod(number, 128)
        written.append(low | (0x80 if number else 0))
        if not number:
            return bytes(written)
