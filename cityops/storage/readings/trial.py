"""Whether the database takes an ordinary reading at all: when it refuses a batch, that tells who is to blame."""

from contextlib import suppress
from datetime import datetime

import numpy as np

from cityops.clock import microseconds
from cityops.readings import Quality
from cityops.storage.database import Database
from cityops.storage.errors import Answer, DatabaseStuck, StorageError
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.placement import store_added

_NOBODY = 0  # no series has this number


class _TakenBack(Exception):
    pass


def check_writable(database: Database, now: datetime) -> None:
    """Store a reading of nobody's and take it back.

    Raises a StorageError that is retryable, or one to stop at: then no message is to blame, whatever was refused.
    """
    reading = Columns(
        np.array([microseconds(now)], np.int64),
        np.array([_NOBODY], np.int32),
        np.array([0.0]),
        np.array([Quality.GOOD], np.int16),
    )
    try:
        with suppress(_TakenBack), database.transaction() as tx:
            store_added(tx, reading)
            raise _TakenBack
    except StorageError as error:
        if error.answer is not Answer.SPLIT:
            raise
        raise DatabaseStuck(f"{error} {DatabaseStuck.__doc__}") from error
