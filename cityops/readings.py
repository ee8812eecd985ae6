"""A reading is one number that one sensor measured at one moment; this is what can be thought of it."""

from enum import IntEnum


class Quality(IntEnum):
    """The QARTOD flags, as stored in `reading.quality`."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9
