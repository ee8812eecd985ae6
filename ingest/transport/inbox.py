"""Where messages wait between the network's thread, which puts them, and the worker's, which takes them."""

import time
from queue import Empty, SimpleQueue

from ingest.messages import Message

# A batch: large enough that a transaction costs little a message, small enough that a screen does not wait for it.
ENOUGH_MESSAGES, ENOUGH_BYTES = 5_000, 1 << 20
MOST_BYTES = 1 << 26  # what may wait; beyond it nothing is read, and the broker keeps the rest


def is_enough(messages: int, size: int) -> bool:
    """Whether so many messages, of so many bytes, are a full batch."""
    return messages >= ENOUGH_MESSAGES or size >= ENOUGH_BYTES


class Inbox:
    """A queue of messages that knows their size."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[tuple[list[Message], int]] = SimpleQueue()
        self._put = self._taken = 0  # bytes; each is counted by one thread

    @property
    def waiting_bytes(self) -> int:
        """How much waits."""
        return self._put - self._taken

    @property
    def has_room(self) -> bool:
        """Whether more may be put."""
        return self.waiting_bytes < MOST_BYTES

    def put(self, messages: list[Message], size: int) -> None:
        """Add messages that came together, `size` bytes of them."""
        self._put += size
        self._queue.put((messages, size))

    def take(self, *, wait: float, gather: float = 0) -> list[Message]:
        """Return about a full batch: what comes within `gather` seconds of the first message.

        Return nothing when no message comes within `wait` seconds.
        """
        messages: list[Message] = []
        size, until = 0, time.monotonic() + wait
        try:
            while not is_enough(len(messages), size):
                more, its_size = self._queue.get(timeout=max(0, until - time.monotonic()))
                until = until if messages else time.monotonic() + gather
                messages += more
                size += its_size
        except Empty:
            pass  # time is up
        self._taken += size
        return messages

    def forget_before(self, connection: int) -> None:
        """Drop what came by earlier connections, on the putting thread: the broker sends it again."""
        kept = []
        while True:
            try:
                messages, size = self._queue.get_nowait()
            except Empty:
                break
            if messages[0].connection < connection:
                self._put -= size
            else:
                kept.append((messages, size))
        for messages, size in kept:
            self._queue.put((messages, size))
