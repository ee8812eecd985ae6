"""Long answers, piece by piece, each in a short transaction of its own: nothing is held while a reader dawdles."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cityops.clock import check_aware
from cityops.names import sort_key
from cityops.storage.database import Database, Transaction
from cityops.storage.readings.area_history import count_series, sensor_steps
from cityops.storage.readings.history import step_at

Piece = list[tuple[Any, ...]]
PIECE = 2000  # rows: a fifth of a megabyte of text


def step_pieces(
    database: Database, metric: str, *, area: str | None = None, start: datetime, end: datetime, step: timedelta
) -> Iterator[Piece]:
    """Yield the rows of `sensor_steps`, some whole steps at a time, by time and name; a piece may be empty.

    A piece has about PIECE rows; at least one step, which has one row a series. Between two pieces no connection is in
    use and no row is kept. Late readings that are stored meanwhile are in the pieces that are read after them.
    """
    start, end = check_aware(start), check_aware(end)
    with database.transaction() as tx:
        at_once = max(1, PIECE // max(1, count_series(tx, metric, area=area)))
        limits = _limits(tx, start, end, step, at_once)
    for since, until in itertools.pairwise(limits):
        yield _rows(database, metric, area, since, until, step)


def _limits(tx: Transaction, start: datetime, end: datetime, step: timedelta, at_once: int) -> list[datetime]:
    """Return the start, the beginning of every so many-th step, and the end."""
    limits = [start]
    while limits[-1] < end:
        since, width = limits[-1], step * at_once
        until = since
        while until <= since:  # a day of the city may be longer than 24 hours
            until, width = step_at(tx, since + width, step), width + step
        limits.append(min(until, end))
    return limits


def _rows(
    database: Database, metric: str, area: str | None, since: datetime, until: datetime, step: timedelta
) -> Piece:
    with database.transaction() as tx:
        pieces = sensor_steps(tx, metric, area=area, start=since, end=until, step=step)
        rows = [row for piece in pieces for row in piece]
    return sorted(rows, key=lambda row: (row[0], sort_key(row[2]), row[1]))
