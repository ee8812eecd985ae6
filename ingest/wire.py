"""A socket that reads and writes in large pieces, under the MQTT client.

The client reads every packet with several one-byte `recv` calls and writes every acknowledgement with a
`send` of four bytes. Measured at full load, these system calls cost more than all the rest of a message;
reading ahead and gathering the output halves the time a message takes.
"""

import socket
import ssl
from typing import Any, cast

import paho.mqtt.client as mqtt

_PIECE = 1 << 18


class BufferedSocket:
    """Behaves like a non-blocking socket to the client; the loop calls flush() and asks has_input, has_output."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._input = b""
        self._position = 0
        self._output = bytearray()

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes, from what was read ahead where there is any."""
        start = self._position
        if start >= len(self._input):
            self._input = self._inner.recv(_PIECE)
            start = 0
        self._position = start + size
        return self._input[start : self._position]

    def send(self, data: bytes | bytearray) -> int:
        """Keep the bytes for the next flush()."""
        self._output += data
        return len(data)

    def flush(self) -> None:
        """Send what fits into the kernel's buffer; the rest waits for the next call."""
        try:
            while self._output:
                sent = self._inner.send(self._output)
                del self._output[:sent]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return  # the peer is slow: select() tells when it takes more

    def fileno(self) -> int:
        """Return the number by which select() knows the socket."""
        return self._inner.fileno()

    def send_rest(self, *, patience: float) -> None:
        """Send everything and close, waiting up to `patience` seconds."""
        self._inner.settimeout(patience)
        self.flush()
        self._inner.close()

    @property
    def has_input(self) -> bool:
        """Whether bytes are here that select() does not know of: read ahead, or decrypted."""
        if self._position < len(self._input):
            return True
        return isinstance(self._inner, ssl.SSLSocket) and self._inner.pending() > 0

    @property
    def has_output(self) -> bool:
        """Whether bytes wait for flush()."""
        return bool(self._output)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class BufferedClient(mqtt.Client):
    """The client on a buffered socket. `_create_socket` is the one place where it makes one."""

    @property
    def wire(self) -> BufferedSocket | None:
        """The socket of the present connection."""
        return cast(BufferedSocket | None, self.socket())

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket())  # type: ignore[arg-type]
