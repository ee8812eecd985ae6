"""How often one network may try to log in, whatever the names: the accounts have limits of their own.

Kept in the memory of a process: it protects the process, and costs no query.
"""

from collections import OrderedDict, deque

from cityops.accounts.login_limits import network_of

MOST = 30  # attempts
WITHIN = 60.0  # seconds
NETWORKS = 4096  # remembered at most


class Attempts:
    """Counts attempts by network. `now` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, address: str, *, now: float) -> float:
        """Count an attempt before it is worked on and return 0; or count nothing and return the seconds to wait."""
        network = network_of(address)
        made = self._made.setdefault(network, deque())
        self._made.move_to_end(network)
        while made and now - made[0] >= WITHIN:
            made.popleft()
        if len(made) >= MOST:
            return made[0] + WITHIN - now
        made.append(now)
        if len(self._made) > NETWORKS:
            self._made.popitem(last=False)
        return 0.0

    def take_back(self, address: str) -> None:
        """Count the last attempt no longer: it was right, or nobody looked at it."""
        made = self._made.get(network_of(address))
        if made:
            made.pop()
