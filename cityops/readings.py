"""A reading: one number that one sensor measured at one moment."""

from datetime import datetime
from enum import IntEnum

import msgspec


class Quality(IntEnum):
    """The QARTOD flags, as stored in `reading.quality`."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    BAD = 4
    MISSING = 9


class Reading(msgspec.Struct, frozen=True, gc=False):  # a frozen dataclass takes five times as long to make
    """One value of one series. `time` is when the device measured it, in UTC."""

    sensor_id: str
    metric: str
    time: datetime
    value: float
    quality: Quality = Quality.GOOD
