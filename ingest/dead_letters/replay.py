"""Dead letters processed once more: after a device was corrected, or the city's catalogue."""

from datetime import datetime

from cityops.storage import Database
from cityops.storage.messages.dead_letters import newest_letter, open_letters
from ingest.dead_letters.letters import revive
from ingest.storing.batch import BatchWriter
from ingest.storing.outcome import StoringOutcome

PAGE = 1_000  # letters a transaction


def replay(
    database: Database,
    storekeeper: BatchWriter,
    now: datetime,
    *,
    field: str = "",
    sensor: str = "",
    most: int | None = None,
) -> StoringOutcome:
    """Process the letters that were not replayed again, oldest first; of one field or sensor, and at most so many.

    Those that still cannot be stored become new letters, which this call leaves alone. It may be stopped and
    started again. Raises StorageError.
    """
    total, after = StoringOutcome(), 0
    with database.transaction() as tx:
        until = newest_letter(tx)
    while most is None or total.replayed < most:
        limit = PAGE if most is None else min(PAGE, most - total.replayed)
        with database.transaction() as tx:
            letters = open_letters(tx, after=after, until=until, limit=limit, field=field, sensor=sensor)
        if not letters:
            break
        total.add(storekeeper.store([revive(letter) for letter in letters], now))
        after = letters[-1].letter_id
    storekeeper.catch_up(now)
    return total
