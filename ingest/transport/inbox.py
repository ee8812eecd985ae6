"""Where messages wait between the network's thread, which puts them, and the worker's, which takes them."""

import threading
from collections import deque

from ingest.messages import Message

# A batch: large enough that a transaction costs little a message, small enough that a screen does not wait for it.
ENOUGH_MESSAGES, ENOUGH_BYTES = 5_000, 1 << 20
MOST_BYTES = 1 << 26  # what may wait; beyond it nothing is read, and the broker keeps the rest


def is_enough(messages: int, size: int, most: int = ENOUGH_MESSAGES) -> bool:
    """Whether so many messages, of so many bytes, are a full batch of at most so many."""
    return messages >= most or size >= ENOUGH_BYTES


class Inbox:
    """A queue of messages that knows their size. `arrival` is notified of what comes; inboxes may share one."""

    def __init__(self, arrival: threading.Condition | None = None) -> None:
        self._arrival = arrival or threading.Condition()
        self._pieces: deque[tuple[list[Message], int]] = deque()
        self._messages = self._bytes = 0

    @property
    def waiting_bytes(self) -> int:
        """How much waits."""
        return self._bytes

    @property
    def count(self) -> int:
        """How many messages wait."""
        return self._messages

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self._messages == 0

    @property
    def has_room(self) -> bool:
        """Whether more may be put."""
        return self._bytes < MOST_BYTES

    def has_enough(self, most: int = ENOUGH_MESSAGES) -> bool:
        """Whether a full batch of at most so many messages waits."""
        return is_enough(self._messages, self._bytes, most)

    def put(self, messages: list[Message], size: int) -> None:
        """Add messages that came together, `size` bytes of them."""
        with self._arrival:
            self._pieces.append((messages, size))
            self._count(len(messages), size)
            self._arrival.notify_all()

    def take(self, *, wait: float = 0, most: int = ENOUGH_MESSAGES) -> list[Message]:
        """Return about a batch of at most so many messages; nothing when none comes within `wait` seconds."""
        messages: list[Message] = []
        taken = 0
        with self._arrival:
            self._arrival.wait_for(lambda: self._pieces, wait)
            while self._pieces and not is_enough(len(messages), taken, most):
                more, size = self._pieces.popleft()
                messages += more
                taken += size
            self._count(-len(messages), -taken)
        return messages

    def forget_before(self, connection: int) -> None:
        """Drop what came by earlier connections: the broker sends it again."""
        with self._arrival:
            pieces, self._pieces = self._pieces, deque()
            for messages, size in pieces:
                if messages[0].connection < connection:
                    self._count(-len(messages), -size)
                else:
                    self._pieces.append((messages, size))

    def _count(self, messages: int, size: int) -> None:
        self._messages += messages
        self._bytes += size
