"""A socket that reads and writes in large pieces, under the MQTT client.

The client reads every packet with several one-byte `recv` calls and writes every acknowledgement with a
`send` of four bytes. Measured at full load, these cost more than all the rest of a message. So messages are
taken out of the stream before the client sees it (see packets.py), and the output is gathered.
"""

import socket
import ssl
from collections.abc import Callable
from typing import Any, cast

import paho.mqtt.client as mqtt

_PIECE = 1 << 18

Sieve = Callable[[bytes], tuple[bytes, bytes]]  # a stream in; what is left for the client, and what is not whole yet


class BufferedSocket:
    """Behaves like a non-blocking socket to the client; the loop calls flush() and asks has_input, has_output."""

    def __init__(self, inner: socket.socket, sieve: Sieve) -> None:
        self._inner = inner
        self._sieve = sieve
        self._rest = b""
        self._input = b""
        self._position = 0
        self._output = bytearray()

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes of what the sieve left. Raises BlockingIOError when it left none."""
        if not self.has_input_left:
            piece = self._inner.recv(_PIECE)
            if not piece:
                return b""  # the peer has gone
            self._input, self._rest = self._sieve(self._rest + piece)
            self._position = 0
            if not self._input:
                raise BlockingIOError
        start = self._position
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
        """Whether bytes are here that select() does not know of: left by the sieve, or decrypted."""
        return self.has_input_left or (isinstance(self._inner, ssl.SSLSocket) and self._inner.pending() > 0)

    @property
    def has_input_left(self) -> bool:
        """Whether the client has not read all that the sieve left."""
        return self._position < len(self._input)

    @property
    def has_output(self) -> bool:
        """Whether bytes wait for flush()."""
        return bool(self._output)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class BufferedClient(mqtt.Client):
    """The client on a buffered socket. `_create_socket` is the one place where it makes one."""

    def __init__(self, sieve: Sieve, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sieve = sieve

    @property
    def wire(self) -> BufferedSocket | None:
        """The socket of the present connection."""
        return cast(BufferedSocket | None, self.socket())

    def _create_socket(self) -> Any:
        return BufferedSocket(super()._create_socket(), self._sieve)  # type: ignore[arg-type]
