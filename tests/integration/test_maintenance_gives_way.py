"""Maintenance waits for nobody long: while a backup or a writer holds its locks, reading and ingest go on."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from alerts.watch import storage_jobs
from alerts.watch.program import LOCK_TIMEOUT
from cityops.catalogue import Catalogue, load_catalogue
from cityops.storage import Database, StorageError, Transaction
from cityops.storage import migrate as module
from cityops.storage.migrate import migrate
from cityops.storage.readings.rollups import RetentionAges
from tests.programs import wait_for
from tests.storage_samples import DAY, every, make_city, put

A_DAY = timedelta(days=1)
NOW = DAY + 30 * A_DAY
AGES = RetentionAges(readings=3 * A_DAY, minutes=4 * A_DAY, hours=5 * A_DAY, compress=A_DAY)
KEEP = RetentionAges(compress=A_DAY)  # with nothing to forget: what is compressed is there still

plain_only = pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" in os.environ, reason="makes partitions itself")
timescale_only = pytest.mark.skipif("CITYOPS_TEST_TIMESCALE_URL" not in os.environ, reason="only TimescaleDB does it")

Work = Callable[[Database], object]
JOBS: dict[str, Work] = {
    "days": lambda database: storage_jobs.make_days(database, NOW),
    "sessions": lambda database: storage_jobs.forget_sessions(database, NOW),
    "rollups": lambda database: storage_jobs.roll_up(database, NOW),
    "retention": lambda database: storage_jobs.forget_readings(database, NOW, ages=AGES),
    "compression": lambda database: storage_jobs.compress_readings(database, NOW, ages=KEEP),
    "migration": lambda database: migrate(database, load_catalogue(), report=lambda _: None),
}


def dump(tx: Transaction) -> None:
    """What `cityops db backup` holds to its end: everything, for reading."""
    tables = tx.rows(
        "SELECT relnamespace::regnamespace::text AS schema, relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace::regnamespace::text !~ '^pg_' AND relnamespace <> 'information_schema'::regnamespace"
    )
    for row in tables:
        tx.execute(f'LOCK TABLE "{row["schema"]}"."{row["relname"]}" IN ACCESS SHARE MODE')


def write(tx: Transaction) -> None:
    """A batch that is being stored."""
    put(tx, 1, [(NOW - timedelta(hours=1), 7.0), (DAY + timedelta(hours=12), 8.0)])


def read(tx: Transaction) -> None:
    """A page that is being drawn."""
    for relation in ("reading", "reading_1m", "reading_1h", "reading_1d", "latest", "series", "alert_board"):
        tx.execute(f"SELECT count(*) FROM {relation}")


HOLDERS = {"backup": dump, "writer": write, "reader": read}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found


@pytest.fixture
def filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Ten days of readings that are rolled up, old enough for everything."""
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    with database.transaction() as tx:
        make_city(tx)
        put(tx, 1, every(timedelta(hours=1), DAY, [1.0] * 240))
        put(tx, 1, [(NOW - timedelta(seconds=9), 1.0)])  # the day is there: who makes it first has the others wait
    storage_jobs.roll_up(database, DAY + 11 * A_DAY)
    return database


@contextmanager
def held(database: Database, hold: Callable[[Transaction], None]) -> Iterator[None]:
    with database.transaction() as tx:
        hold(tx)
        yield


def waits_for_locks(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(
            tx.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'cityops maintenance' AND wait_event_type = 'Lock'"
            )
        )


@pytest.mark.parametrize("holder", HOLDERS)
def test_reading_and_ingest_go_on_while_jobs_meet_a_lock(
    filled: Database, database_url: str, pool: ThreadPoolExecutor, holder: str
) -> None:
    """The lock is held until the others are done: who waited for a job would wait for ever."""
    patient = Database(database_url, application="maintenance", lock_timeout=LOCK_TIMEOUT)
    others = Database(database_url, application="others", lock_timeout=10 * LOCK_TIMEOUT)
    for number, (job, work) in enumerate(JOBS.items()):
        with held(filled, HOLDERS[holder]):
            running: Future[object] = pool.submit(work, patient)
            wait_for(lambda: running.done() or waits_for_locks(filled), f"{job} meets the lock or has done its work")  # noqa: B023
            with others.transaction() as tx:
                read(tx)
            with others.transaction() as tx:
                put(tx, 2, [(NOW - timedelta(seconds=10 + number), 1.0)])
            error = running.exception(60)
        assert error is None or (isinstance(error, StorageError) and error.retryable), error
        work(patient)  # and when nobody is in its way, it does its work
    patient.close()
    others.close()


def test_a_migration_that_gives_way_says_so_and_tries_again(
    filled: Database,
    database_url: str,
    catalogue: Catalogue,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    started, over = threading.Event(), threading.Event()

    def draw() -> None:
        with held(filled, read):
            started.set()
            over.wait()

    def report(line: str) -> None:
        said.append(line)
        over.set()  # the page is drawn
        drawing.result(60)

    monkeypatch.setattr(module, "ATTEMPTS", 2)
    drawing = pool.submit(draw)
    try:
        wait_for(lambda: started.is_set() or drawing.done(), "the page has its locks")
        migrate(Database(database_url, application="migrate"), catalogue, report=report)
    finally:
        over.set()
    drawing.result(60)
    assert [line.partition(":")[0] for line in said] == ["giving way, then trying again"]


@timescale_only
def test_watch_compresses_what_is_old_and_again_what_came_late(filled: Database) -> None:
    def compressed() -> set[tuple[bool, bool]]:
        with filled.transaction() as tx:
            rows = tx.rows(
                "SELECT range_end <= %(old)s AS old, is_compressed FROM timescaledb_information.chunks"
                " WHERE hypertable_name = 'reading'",
                old=NOW - A_DAY,
            )
        return {(row["old"], row["is_compressed"]) for row in rows}

    def partial() -> int:
        with filled.transaction() as tx:
            return int(
                tx.value(
                    "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_schema = 'public' AND"
                    " _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & 8 > 0"
                )
            )

    with filled.transaction() as tx:
        put(tx, 1, [(NOW, 1.0)])
    storage_jobs.compress_readings(filled, NOW, ages=KEEP)
    assert compressed() == {(True, True), (False, False)}

    with filled.transaction() as tx:
        put(tx, 1, [(DAY + timedelta(seconds=1), 2.0)])
    assert partial() == 1
    storage_jobs.compress_readings(filled, NOW, ages=KEEP)
    assert partial() == 1  # not for every late reading
    storage_jobs.compress_readings(filled, NOW, ages=KEEP, again=True)
    assert partial() == 0
    with filled.transaction() as tx:
        assert tx.value("SELECT count(*) FROM reading") == 243


@timescale_only
def test_no_policy_of_the_server_is_left_that_waits_without_limit(database: Database) -> None:
    with database.transaction() as tx:
        policies = tx.rows("SELECT proc_name FROM timescaledb_information.jobs WHERE hypertable_name IS NOT NULL")
    assert policies == []
