"""How much one message may ask for: what it touches is bounded, whatever its size. Pure.

A message is one transaction's least part, so what it costs all others have to wait for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.errors import Undecodable
from ingest.messages import Fragments, ReadingsMessage

_DAY = 86_400_000_000  # µs


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one message may hold. A day is one of UTC, which is a partition of the readings."""

    days: int = 31
    series: int = 200  # names of values
    readings: int = 10_000

    def check(self, content: ReadingsMessage | Fragments) -> None:
        """Raise Undecodable where a message holds more."""
        if isinstance(content, ReadingsMessage):
            times = [moment.time for moment in content.moments]
            names = [[name for name, _ in moment.values] for moment in content.moments]
        else:
            times = [fragment.time for fragment in content.fragments if fragment.time is not None]
            names = [[part.name for part in fragment.parts] for fragment in content.fragments]
        self._check("values", "readings", sum(map(len, names)), self.readings)
        self._check("time", "days", len({time // _DAY for time in times}), self.days)
        self._check("values", "series", len(_union(names)), self.series)

    @staticmethod
    def _check(field: str, what: str, found: int, most: int) -> None:
        if found > most:
            reason = (
                f"{found} {what} in one message, and {most} is the most (CITYOPS_MESSAGE_{what.upper()}); send parts"
            )
            raise Undecodable(field, reason)


def _union(names: Iterable[Iterable[str]]) -> set[str]:
    return {name for some in names for name in some}
