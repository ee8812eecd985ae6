"""What was taken of a source: what is settled never comes again. Pure."""

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_SEEN = 10_000
AGAIN = 600.0  # seconds: a certificate may have come, or a clock may be right again
Found = tuple[str, bytes]  # where a message came from, and its bytes


class Seen:
    """What was taken of a source. What is settled never comes again; what nobody vouched for is looked at again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: OrderedDict[object, float | None] = OrderedDict()  # when it is looked at again; None: never

    def is_due(self, one: object) -> bool:
        """Whether it is to be looked at."""
        if one not in self._until:
            return True
        until = self._until[one]
        return until is not None and self._clock() >= until

    def note(self, one: object, *, settled: bool) -> None:
        """It was looked at."""
        self._until.pop(one, None)
        self._until[one] = None if settled else self._clock() + AGAIN
        while len(self._until) > MOST_SEEN:
            self._until.popitem(last=False)
