"""How often one network may ask: a bucket each, which fills again with time. In the memory of a process. Pure.

Whoever floods empties a bucket of his own; nobody else waits.
"""

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

NETWORKS = 50_000  # remembered at most; the one that asked longest ago is forgotten


class AllowanceKind(StrEnum):
    """What is asked for: each kind has buckets of its own."""

    READ = "read"
    REPORT = "report"  # by a form, from one network
    PROGRAM = "program"  # by a key of Open311
    OPEN = "open"  # open data, by a program: who has used it up waits and is not refused
    CODE = "code"  # a report by its code: so that nobody guesses


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and so many a second in the long run."""

    at_once: float
    per_second: float


# Behind one address of a mobile network are thousands of people: a reader's bucket is large, ten may report at once.
ALLOWANCES = {
    AllowanceKind.READ: Allowance(at_once=300, per_second=30),
    AllowanceKind.REPORT: Allowance(at_once=10, per_second=1 / 20),
    AllowanceKind.PROGRAM: Allowance(at_once=1_000, per_second=20),
    AllowanceKind.OPEN: Allowance(at_once=300, per_second=30),
    AllowanceKind.CODE: Allowance(at_once=20, per_second=1 / 5),
}


class Allowances:
    """Counts what each holder has left. `now` is any clock in seconds that never goes back."""

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[AllowanceKind, str], tuple[float, float]] = OrderedDict()

    def take(self, kind: AllowanceKind, holder: str, *, now: float) -> float:
        """Count one and return 0; or count nothing and return the seconds until there is one again."""
        allowance, key = ALLOWANCES[kind], (kind, holder)
        left, at = self._left.get(key, (allowance.at_once, now))
        left = min(allowance.at_once, left + (now - at) * allowance.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / allowance.per_second
        self._left[key] = (left if wait else left - 1, now)
        self._left.move_to_end(key)
        if len(self._left) > NETWORKS:
            self._left.popitem(last=False)
        return wait
