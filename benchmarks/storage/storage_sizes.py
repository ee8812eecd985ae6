"""What a reading takes on disk: as it arrives, its minutes, and compressed where the server can do that."""

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from cityops.storage import Database
from cityops.storage.readings.rollups import RetentionAges, compress

_PLAIN = "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree(%(name)s::regclass)"
_TIMESCALE = "SELECT hypertable_size(%(name)s::regclass)"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes a reading. `hot`: as it arrives; `minutes`: what its minutes take; `cold`: both, compressed, of which
    `cold_readings` are the readings.

    A server that compresses nothing keeps what is cold as it is.
    """

    readings: int
    hot: float
    minutes: float
    cold_readings: float
    cold: float


def measure(database: Database) -> Sizes:
    """Weigh the tables, compress all that is there, and weigh them again."""
    with database.transaction() as tx:
        readings = int(tx.value("SELECT count(*) FROM reading"))
        newest = tx.value("SELECT max(time) FROM latest")
    hot, minutes = (_bytes(database, name) / readings for name in ("reading", "rolled_1m"))
    compress(database, RetentionAges(compress=timedelta(0)), newest + timedelta(days=100))
    cold, cold_minutes = (_bytes(database, name) / readings for name in ("reading", "rolled_1m"))
    return Sizes(readings, hot, minutes, cold, cold + cold_minutes)


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
        is_hypertable = tx.value("SELECT to_regproc('hypertable_size') IS NOT NULL")
        return int(tx.value(_TIMESCALE if is_hypertable else _PLAIN, name=name))
