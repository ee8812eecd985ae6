"""Whatever is made on first sight is met by two workers at once: the second waits, and finds what the first made."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from alerts.board.store import apply_change
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from cityops.accounts.administration import AccountExists
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.catalogue import Catalogue
from cityops.map_features import Layer, MapFeature
from cityops.operations.heartbeats import Beat
from cityops.readings import Quality
from cityops.storage import Database, Transaction
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.devices.stored_areas import store_areas, store_features
from cityops.storage.messages.brokers import note_drops
from cityops.storage.migrate import migrate
from cityops.storage.operations.heartbeats import beat
from cityops.storage.operations.job_failures import note_outcomes
from cityops.storage.readings.table import ReadingRow, write_readings
from tests.alert_samples import NOW, make_rule
from tests.programs import wait_for
from tests.storage_samples import AREAS, DAY, KEYS, SENSORS, make_city

Make = Callable[[Transaction], object]
RULE = make_rule(2)


def readings(seconds: int) -> Make:
    """Readings of two days that the store has not met, one of each worker's own."""

    def make(tx: Transaction) -> object:
        days = (DAY + timedelta(days=40), DAY + timedelta(days=41))
        rows = [ReadingRow(day + timedelta(seconds=seconds), 1, 1.0, Quality.GOOD) for day in days]
        return write_readings(tx, rows, DAY)

    return make


def months(tx: Transaction) -> object:
    return tx.value("SELECT count(*) FROM ensure_rolled_months(%(day)s, %(day)s)", day=DAY + timedelta(days=400))


def series(tx: Transaction) -> object:
    return series_ids(tx, [("air-1", "no2"), ("air-2", "no2"), ("air-1", "o3")])


def alert(tx: Transaction) -> object:
    return apply_change(tx, AlertChange(RULE, 1, Event.RAISE, NOW, 25.0, "test"), None, NOW).alert_id


def lake(tx: Transaction) -> None:
    store_features(tx, [MapFeature("w-1", Layer.WATER, "lake", "湖", {"type": "Point"})])


def account(tx: Transaction) -> None:
    add_user(tx, "li", role=Role.OFFICER, password="Correct-horse-1", actor="t", now=NOW)


def account_again(tx: Transaction) -> None:
    with pytest.raises(AccountExists):  # nobody gets another's account by adding it
        account(tx)


# What the first worker does, and the second where it is not the same.
FIRST: dict[str, tuple[Make, ...]] = {
    "day": (readings(0), readings(1)),
    "the same reading": (readings(0),),
    "month": (months,),
    "series": (series,),
    "alert": (alert,),
    "sensor": (
        lambda tx: register_sensors(tx, SENSORS, DAY),
        lambda tx: register_sensors(tx, reversed(SENSORS), DAY),
    ),
    "area": (lambda tx: store_areas(tx, AREAS),),
    "map feature": (lake,),
    "rule": (lambda tx: rule_store.store_rules(tx, [make_rule(3), make_rule(4)], NOW),),
    "account": (account, account_again),
    "broker": (lambda tx: note_drops(tx, "b:1", 3, NOW),),
    "service": (lambda tx: beat(tx, [Beat("gateway"), Beat("watch/days")], NOW),),
    "failure": (lambda tx: note_outcomes(tx, {"j": "why"}, NOW),),
}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as found:
        yield found


def do(database: Database, make: Make) -> object:
    with database.transaction() as tx:
        return make(tx)


def waits(database: Database) -> bool:
    with database.transaction() as tx:
        return bool(
            tx.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )


@pytest.mark.parametrize("kind", FIRST)
def test_the_second_worker_finds_what_the_first_one_is_making(
    database: Database, pool: ThreadPoolExecutor, kind: str
) -> None:
    """The first has made it and not committed yet when the second meets it."""
    first, *others = FIRST[kind]
    with database.transaction() as tx:
        if kind not in {"sensor", "area"}:
            assert make_city(tx)[KEYS[0]] == 1
        rule_store.store_rules(tx, [RULE], NOW)
    with database.transaction() as tx:
        made = first(tx)
        other: Future[object] = pool.submit(do, database, *others or [first])
        wait_for(lambda: other.done() or waits(database), "the second worker met it")

    found = other.result(30)  # raises what it met
    if kind in {"series", "alert"}:
        assert found == made
    with database.transaction() as tx:
        expected = {"day": 4, "the same reading": 2}.get(kind, 0)
        assert tx.value("SELECT count(*) FROM reading") == expected


@pytest.mark.parametrize("workers", [6])
def test_many_workers_meet_a_new_city_at_once(database: Database, pool: ThreadPoolExecutor, workers: int) -> None:
    """Each registers the same sensors and stores its own readings of the same days and new series; none is lost."""
    start = threading.Barrier(workers)

    def work(number: int) -> None:
        start.wait()
        with database.transaction() as tx:
            register_sensors(tx, SENSORS if number % 2 else reversed(SENSORS), DAY)
        with database.transaction() as tx:
            ids = series_ids(tx, KEYS if number % 2 else reversed(KEYS))
        for day in range(4):
            at = DAY + timedelta(days=60 + day, seconds=number)
            with database.transaction() as tx:
                write_readings(tx, [ReadingRow(at, one, 1.0, Quality.GOOD) for one in ids.values()], DAY)

    for one in [pool.submit(work, number) for number in range(workers)]:
        one.result(60)
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM reading") == workers * 4 * len(KEYS)
        assert tx.value("SELECT count(*) FROM latest") == len(KEYS)


def test_two_migrations_at_once_make_one_schema(
    database: Database, pool: ThreadPoolExecutor, catalogue: Catalogue
) -> None:
    with database.transaction() as tx:
        tx.execute("DELETE FROM sensor_kind")
        tx.execute("DELETE FROM metric")
        tx.execute("DELETE FROM schema_migration WHERE name LIKE '0035%%'")
        tx.execute("DROP TABLE job_failure CASCADE")
    ran: list[str] = []
    both = [pool.submit(migrate, database, catalogue, report=ran.append) for _ in range(2)]
    assert len({one.result(60) for one in both}) == 1
    assert ran == ["migrated 0035_job_failure.sql"]
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM metric") == len(catalogue.metric)


def test_a_worker_whose_maker_gives_up_makes_it_itself(database: Database, pool: ThreadPoolExecutor) -> None:
    with database.transaction() as tx:
        make_city(tx)

    giving_up = database.transaction()
    readings(0)(giving_up.__enter__())
    other = pool.submit(do, database, readings(1))
    wait_for(lambda: other.done() or waits(database), "the second worker met it")
    assert not giving_up.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)  # it ends without a commit
    assert other.result(30) == 2
