"""How often one address may fail to log in: the accounts have their own limit, this one is for guessing names."""

from collections import OrderedDict, deque

MOST = 30  # failures
WITHIN = 60.0  # seconds
ADDRESSES = 4096  # remembered at most


class Attempts:
    """Counts failures by address. `now` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def are_too_many(self, address: str, *, now: float) -> bool:
        """Whether an address has to wait."""
        failed = self._failures.get(address)
        return failed is not None and sum(now - moment < WITHIN for moment in failed) >= MOST

    def count(self, address: str, *, now: float) -> None:
        """Note a failure."""
        self._failures.setdefault(address, deque(maxlen=MOST)).append(now)
        self._failures.move_to_end(address)
        if len(self._failures) > ADDRESSES:
            self._failures.popitem(last=False)
