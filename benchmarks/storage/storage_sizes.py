"""What a reading takes on disk: as it arrives, its minutes, and compressed where the server can do that.

TimescaleDB is weighed by the first week, which is a chunk of minutes and seven of readings: compressing it takes a
minute, and a month tells no more.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.storage.storage_city import FIRST
from cityops.storage import Database
from cityops.storage.readings.rollups import RetentionAges, compress

WEEK_ENDS = FIRST + timedelta(days=7)
_IS_TIMESCALE = "SELECT to_regproc('hypertable_size') IS NOT NULL"
_PLAIN = "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree(%(name)s::regclass)"
_WEEK = """
SELECT sum(total_bytes)::bigint
FROM chunks_detailed_size(%(name)s::regclass) JOIN timescaledb_information.chunks USING (chunk_schema, chunk_name)
WHERE range_end <= %(end)s
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a reading. `hot`: as it arrives; `minutes`: what its minutes take; `cold`: both, compressed, of which
    `cold_readings` are the readings.

    A server that compresses nothing keeps what is cold as it is.
    """

    hot: float
    minutes: float
    cold_readings: float
    cold: float


def measure(database: Database) -> Sizes:
    """Weigh the tables, compress what was weighed, and weigh it again."""
    with database.transaction() as tx:
        end = WEEK_ENDS if tx.value(_IS_TIMESCALE) else datetime.max.replace(tzinfo=UTC)
        readings = int(tx.value("SELECT count(*) FROM reading WHERE time < %(end)s", end=end))
    hot, minutes = (_bytes(database, name) / readings for name in ("reading", "rolled_1m"))
    compress(database, RetentionAges(compress=timedelta(0)), end)
    cold, cold_minutes = (_bytes(database, name) / readings for name in ("reading", "rolled_1m"))
    return Sizes(hot, minutes, cold, cold + cold_minutes)


def vacuum(database: Database) -> None:
    """Do what autovacuum does by itself some minutes after a load."""
    with closing(database.connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def print_table(sizes: Sizes) -> None:
    print(f"\n{'a reading takes':28}{'bytes':>9}")
    for name, size in (
        ("as it arrives", sizes.hot),
        ("its minutes", sizes.minutes),
        ("cold", sizes.cold_readings),
        ("cold, with its minutes", sizes.cold),
    ):
        print(f"{name:28}{size:9.1f}")


def _bytes(database: Database, name: str) -> int:
    with database.transaction() as tx:
        weigh = _WEEK if tx.value(_IS_TIMESCALE) else _PLAIN
        return int(tx.value(weigh, name=name, end=WEEK_ENDS))
