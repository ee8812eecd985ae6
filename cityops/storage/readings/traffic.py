"""What detectors saw of a while: the parts of every speed that is a mean of minutes."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from cityops.clock import check_aware
from cityops.standards.traffic import Passages
from cityops.storage.database import Row, Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")
ANY_KIND = "*"


def read_passages(
    tx: Transaction, *, start: datetime, end: datetime, kind: str = ANY_KIND
) -> Iterator[tuple[Row, Passages]]:
    """Yield what each detector that was heard within a day before `end` saw from start to end (whole minutes).

    The rows hold series_id, sensor_id, kind and area. One that was silent saw nothing, of which `heard` is 0.
    """
    rows = tx.rows(SQL["passages"], kind=kind, since=check_aware(start), until=check_aware(end))
    for row in rows:
        yield row, Passages(**{column.name: row[column.name] for column in fields(Passages)})


def newest_passing(tx: Transaction, *, since: datetime, until: datetime) -> list[Row]:
    """Return the newest reading of each series of detectors as it was at `until`, none that was older than `since`.

    Rows: sensor_id, metric (speed, flow, occupancy), value (the metric's unit), quality (QARTOD).
    """
    return tx.rows(SQL["newest_passing"], since=check_aware(since), until=check_aware(until))
