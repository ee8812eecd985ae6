"""What a commit changed, as every program that listens is told: a hint what to read again, never the data.

The database itself tells it, whoever makes the change, and hands it out in the order of the commits. What nobody hears
is lost: whoever connects anew reads everything. See decision 103.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

CONNECTED = "connected"  # nobody knows what was told before
PROBE = "probe"  # only says that notices come through


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """What may be other than it was: newest readings of series, alerts, cases, sensors; or anything (`everything`)."""

    series: frozenset[int] = frozenset()
    alerts: frozenset[int] = frozenset()
    sensors: frozenset[str] = frozenset()
    cases: frozenset[int] = frozenset()
    everything: bool = False

    def __or__(self, other: "ChangedRows") -> "ChangedRows":
        """Return both together."""
        return ChangedRows(
            self.series | other.series,
            self.alerts | other.alerts,
            self.sensors | other.sensors,
            self.cases | other.cases,
            self.everything or other.everything,
        )

    def __len__(self) -> int:
        """How many rows are named."""
        return len(self.series) + len(self.alerts) + len(self.sensors) + len(self.cases)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return self.everything or len(self) > 0


_NUMBERED: dict[str, Callable[[frozenset[int]], ChangedRows]] = {
    "series": lambda numbers: ChangedRows(series=numbers),
    "alert": lambda numbers: ChangedRows(alerts=numbers),
    "case": lambda numbers: ChangedRows(cases=numbers),
}
NOTHING = ChangedRows()
EVERYTHING = ChangedRows(everything=True)


def read_notice(notice: str) -> ChangedRows:
    """Return what a notice says. One that cannot be read, of a newer version perhaps, means that anything changed."""
    kind, _, listed = notice.partition(" ")
    names = frozenset(listed.split(",") if listed else [])
    if kind == PROBE:
        return NOTHING
    if kind == "sensor":
        return ChangedRows(sensors=names)
    if kind not in _NUMBERED or not all(map(str.isdecimal, names)):
        return EVERYTHING
    return _NUMBERED[kind](frozenset(map(int, names)))


def read_notices(notices: Iterable[str]) -> ChangedRows:
    """Return what several notices say together."""
    return reduce(ChangedRows.__or__, map(read_notice, notices), NOTHING)
