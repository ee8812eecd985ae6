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
