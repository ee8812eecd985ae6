"""The thread that owns the connection: reads, writes, reconnects with backoff, a pause that grows.

Nothing but this thread touches the client, so no message waits for a lock.
"""

import logging
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from ingest.messages import Message
from ingest.transport.buffered_socket import BufferedClient, BufferedSocket
from ingest.transport.packets import acknowledgement

logger = logging.getLogger(__name__)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0  # seconds between two tries to connect
_LASTING = 5.0  # seconds: a connection that did not last counts as none
_BEAT = 1.0  # seconds after which the loop looks around although nothing happened


class Network:
    """Runs a client's loop in a thread of its own. It reads messages only while there is room for them."""

    def __init__(self, client: BufferedClient, *, has_room: Callable[[], bool]) -> None:
        self._client = client
        self._has_room = has_room
        self._paused = False
        self._stopping = threading.Event()
        self._stored: deque[Sequence[Message]] = deque()  # to be acknowledged
        self._waker, self._wakened = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self.connection = 0  # counts connections: packet numbers mean something only on their own

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def pause(self) -> None:
        """Read no more; acknowledgements are still sent."""
        self._paused = True
        self._wake()

    def stop(self) -> None:
        """Send what is still to be sent, leave the broker, and end the thread."""
        self._stopping.set()
        self._wake()
        self._thread.join(10)
        self._waker.close()
        self._wakened.close()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Queue the acknowledgements of messages; those of an earlier connection are left out."""
        self._stored.append(messages)
        self._wake()

    def _wake(self) -> None:
        try:
            self._waker.send(b"!")
        except OSError:
            logger.debug("the network thread has ended", extra={"action": "wake"})

    def _run(self) -> None:
        pause = _SHORTEST_PAUSE
        while not self._stopping.is_set():
            started = time.monotonic()
            self._connect()
            while (wire := self._client.wire) is not None and not self._stopping.is_set():
                self._serve(wire)
            if time.monotonic() - started > _LASTING:
                pause = _SHORTEST_PAUSE
            self._stopping.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        self._leave()

    def _connect(self) -> None:
        try:
            self.connection += 1
            self._client.reconnect()
        except (OSError, ValueError) as error:
            logger.warning("broker not reached, trying again", extra={"action": "connect", "reason": str(error)})

    def _serve(self, wire: BufferedSocket) -> None:
        outputs = [wire] if wire.has_output else []
        inputs: list[BufferedSocket | socket.socket] = [self._wakened]
        if self._may_read():
            inputs.append(wire)
        readable, _, _ = select.select(inputs, outputs, [], _BEAT)
        if self._wakened in readable:
            self._wakened.recv(4096)
        self._send_acknowledgements(wire)
        if wire in readable:
            self._client.loop_read()
            while self._client.wire is wire and wire.has_input:
                self._client.loop_read()
        self._client.loop_misc()
        if self._client.wire is wire:
            self._flush(wire)

    def _may_read(self) -> bool:
        # The broker's welcome is read in any case: it makes room, because what waits will be sent again.
        return not self._paused and (self._has_room() or not self._client.is_connected())

    def _send_acknowledgements(self, wire: BufferedSocket) -> None:
        """Write them beside the client, which writes whole packets too: `ack` takes a lock for each message."""
        while self._stored:
            stored = self._stored.popleft()
            wire.send(b"".join(acknowledgement(one.mid) for one in stored if one.qos and self._is_current(one)))

    def _is_current(self, message: Message) -> bool:
        """Whether a packet number still stands for this message: each connection numbers anew."""
        return message.connection == self.connection

    def _flush(self, wire: BufferedSocket) -> None:
        if self._client.want_write():
            self._client.loop_write()
        try:
            wire.flush()
        except OSError as error:
            # The next read finds the same and lets the client report it.
            logger.debug("output lost", extra={"action": "flush", "reason": str(error)})

    def _leave(self) -> None:
        wire = self._client.wire
        if wire is not None:
            self._send_acknowledgements(wire)
            self._client.disconnect()
            if self._client.want_write():
                self._client.loop_write()
            try:
                wire.send_rest(patience=2)
            except OSError as error:
                logger.debug("left without a word", extra={"action": "leave", "reason": str(error)})
