"""Which messages of a refused batch are tried together next. Pure."""

from collections.abc import Sequence
from itertools import accumulate

from ingest.messages import Message


def halve(messages: Sequence[Message]) -> tuple[Sequence[Message], Sequence[Message]]:
    """Cut two messages or more where half of their bytes lie: what is large is soon alone, and is likely to blame."""
    sizes = list(accumulate(len(message.payload) for message in messages))
    middle = sum(size * 2 <= sizes[-1] for size in sizes)
    middle = min(max(middle, 1), len(messages) - 1)
    return messages[:middle], messages[middle:]
