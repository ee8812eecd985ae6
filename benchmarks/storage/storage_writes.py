"""Ways to write a batch, against a bare COPY of the same rows into the same table without conflict handling."""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg2
import psycopg2.extensions
import psycopg2.extras

from cityops.storage import Database, Transaction, load_queries
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.placement import place, store_added
from cityops.storage.readings.table import write_columns

SQL = load_queries("cityops.storage")
ROWS = 5000  # the largest batch of ingest, in messages
ROUNDS = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 1, 31, tzinfo=UTC)

Way = Callable[[psycopg2.extensions.cursor, Columns], None]
COPY_TEXT = "COPY reading (time, series_id, value, quality) FROM STDIN"
COPY_BINARY = f"{COPY_TEXT} (FORMAT binary)"
INSERT = "INSERT INTO reading (time, series_id, value, quality)"


def bare_text(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    lines = (
        f"{time.isoformat()}\t{series}\t{value!r}\t{quality}\n" for time, series, value, quality in python_rows(rows)
    )
    cursor.copy_expert(COPY_TEXT, io.StringIO("".join(lines)))


def bare_binary(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    cursor.copy_expert(COPY_BINARY, io.BytesIO(rows.encode()))


def only_encode(_: psycopg2.extensions.cursor, rows: Columns) -> None:
    rows.encode()


def staged(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    cursor.execute(SQL["make_incoming"])
    cursor.copy_expert(SQL["copy_incoming"], io.BytesIO(rows.encode()))


def stored(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    staged(cursor, rows)
    cursor.execute(SQL["store_incoming"])


def stored_unchecked(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    staged(cursor, rows)
    cursor.execute(SQL["store_incoming"].replace("ON CONFLICT DO NOTHING", ""))


def unnest(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    cursor.execute(
        f"{INSERT} SELECT * FROM unnest(%s::timestamptz[], %s::integer[], %s::double precision[], %s::smallint[])"
        " ON CONFLICT DO NOTHING",
        [list(column) for column in zip(*python_rows(rows), strict=True)],
    )


def values(cursor: psycopg2.extensions.cursor, rows: Columns) -> None:
    data = list(python_rows(rows))
    psycopg2.extras.execute_values(cursor, f"{INSERT} VALUES %s ON CONFLICT DO NOTHING", data, page_size=1000)


WAYS: dict[str, Way] = {
    "bare COPY, text": bare_text,
    "bare COPY, binary": bare_binary,
    "encode only": only_encode,
    "  + COPY to staging": staged,
    "  + INSERT, no check": stored_unchecked,
    "  + INSERT, ON CONFLICT": stored,
    "INSERT FROM unnest": unnest,
    "INSERT VALUES": values,
}
INGEST = "store_added"  # what ingest calls while readings are new; it writes `latest` once a second
PRODUCT: dict[str, Callable[[Transaction, Columns], object]] = {
    INGEST: lambda tx, rows: store_added(tx, place(rows, {}).added),
    "write_columns": lambda tx, rows: write_columns(tx, rows, START),  # all of it: the slow way, and `latest`
}


def measure(url: str, database: Database) -> dict[str, float]:
    """Return the median milliseconds a batch of each way, the ways taking turns so that noise hits all."""
    connection = psycopg2.connect(url, options="-c timezone=UTC")
    took: dict[str, list[float]] = {name: [] for name in [*WAYS, *PRODUCT]}
    number = 0
    with database.transaction() as tx:
        tx.execute("SELECT ensure_reading_days(%(days)s::date[])", days=[START.date()])
    for _ in range(ROUNDS):
        for name, way in WAYS.items():
            rows = _batch(number := number + 1)
            started = time.perf_counter()
            with connection.cursor() as cursor:
                way(cursor, rows)
            connection.commit()
            took[name].append(time.perf_counter() - started)
        for name, write in PRODUCT.items():
            rows = _batch(number := number + 1)
            started = time.perf_counter()
            with database.transaction() as tx:
                write(tx, rows)
            took[name].append(time.perf_counter() - started)
    connection.close()
    return {name: statistics.median(seconds) * 1000 for name, seconds in took.items()}


def ratio(writes: dict[str, float]) -> float:
    """Return the speed of the write that ingest uses as a part of the bare COPY's, both in binary."""
    return writes["bare COPY, binary"] / writes[INGEST]


def print_table(writes: dict[str, float]) -> None:
    print(f"\n{f'writing {ROWS:,} rows':28}{'ms':>9}{'rows/s':>12}{'of bare text':>14}{'of bare binary':>16}")
    for name, took in writes.items():
        text, binary = writes["bare COPY, text"] / took, writes["bare COPY, binary"] / took
        print(f"{name:28}{took:9.1f}{ROWS / took * 1000:12,.0f}{text:14.2f}{binary:16.2f}")
    print()


def python_rows(rows: Columns) -> Iterator[tuple[datetime, int, float, int]]:
    """Yield rows as Python values, for the ways that need them."""
    times = (EPOCH + timedelta(microseconds=moment) for moment in rows.time.tolist())
    return zip(times, rows.series.tolist(), rows.value.tolist(), rows.quality.tolist(), strict=True)


def _batch(number: int) -> Columns:
    """Return readings of all series in turn, each batch after the one before."""
    n = np.arange(ROWS)
    base = int((START - EPOCH).total_seconds() + 10 * number) * 1_000_000
    return Columns(
        base + n * 1000,
        (n % 2000 + 1).astype(np.int32),
        40 + n * 7919 % 1000 / 37,
        np.ones(ROWS, dtype=np.int16),
    )
