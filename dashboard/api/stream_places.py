"""Places in the stream of changes, as numbers that are given once, also over a restore of the database. Pure.

The number of an event is its place in the audit chain, and the incarnation of the database in front of it, which is 0
until the first restore.
"""

from typing import NamedTuple

_PLACES = 10**12  # of one incarnation


class StreamPlace(NamedTuple):
    """Up to where somebody has read: a place in the audit chain of one incarnation of the database."""

    incarnation: int
    seq: int

    @property
    def number(self) -> int:
        """The id of the event that is there."""
        return self.incarnation * _PLACES + self.seq

    def is_known(self, head: "StreamPlace") -> bool:
        """Whether the chain that ends at `head` has this place; all of them have the beginning."""
        return self.number == 0 or (self.incarnation == head.incarnation and self.seq <= head.seq)


def read_place(number: int) -> StreamPlace:
    """Return the place of an event by its id."""
    return StreamPlace(*divmod(number, _PLACES))
