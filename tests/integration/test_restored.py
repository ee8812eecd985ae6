"""A backup is restored under running readers: they notice by themselves, and nothing that they remember does harm."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from cityops.devices.sensors import Sensor
from cityops.operations.backup import back_up, restore
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.devices.registry import register_sensors, series_ids
from cityops.storage.operations.incarnation import read_incarnation
from ingest.messages import Message
from ingest.storing.batch import BatchWriter

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def back(postgres_url: str, database_url: str, tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Make a backup; what it returns puts it in the place of the database."""

    def administer(statement: str) -> None:
        connection = psycopg2.connect(postgres_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    def make() -> Callable[[], None]:
        file = tmp_path / "backup"
        back_up(database_url, file, report=lambda _: None)
        name = urlsplit(database_url).path.lstrip("/")

        def put_back() -> None:
            administer(f'DROP DATABASE "{name}" WITH (FORCE)')
            administer(f'CREATE DATABASE "{name}"')
            restore(database_url, file, report=lambda _: None)

        return put_back

    return make


def register(database: Database, name: str) -> int:
    with database.transaction() as tx:
        register_sensors(tx, [Sensor(name, "990101", "emergency", "gas_detector", name, 118.8, 31.9)], NOW)
        return series_ids(tx, [(name, "gas_lel")])[name, "gas_lel"]


def say(sensor: str, value: float, at: datetime) -> Message:
    payload = f'{{"time": "{at.isoformat()}", "values": {{"gas_lel": {value}}}}}'
    return Message(f"cityops/990101/emergency/{sensor}/telemetry", payload.encode(), at)


def test_each_restore_is_another_incarnation_and_a_restart_is_none(
    database: Database, back: Callable[[], Callable[[], None]]
) -> None:
    def number() -> int:
        with database.transaction() as tx:
            return read_incarnation(tx)

    first = number()
    assert number() == first
    put_back = back()
    put_back()
    second = number()
    assert number() == second
    put_back()
    assert len({first, second, number()}) == 3


def test_a_worker_forgets_the_sensors_that_a_restored_database_does_not_know(
    database: Database, catalogue: Catalogue, back: Callable[[], Callable[[], None]]
) -> None:
    keeper = BatchWriter(database, catalogue, Engine([], catalogue))
    keeper.start(NOW)
    put_back = back()
    lost = register(database, "lost")
    assert keeper.store([say("lost", 1, NOW)], NOW).stored == 1

    put_back()
    assert register(database, "new") == lost  # the number is given again
    later = NOW + timedelta(seconds=10)
    outcome = keeper.store([say("lost", 2, later), say("new", 3, later)], later)

    assert (outcome.stored, outcome.dead.total()) == (1, 1)
    with database.transaction() as tx:
        assert [row["value"] for row in tx.rows("SELECT value FROM reading")] == [3]


def test_watch_judges_a_restored_database_from_the_start(
    database: Database, catalogue: Catalogue, back: Callable[[], Callable[[], None]]
) -> None:
    clockwork = TimedEvaluator(Engine(load_rules(catalogue), catalogue), load_standards())
    put_back = back()
    assert clockwork.do_round(database, NOW) is not None
    put_back()
    assert clockwork.do_round(database, NOW + timedelta(seconds=1)) is not None
    with database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM rule") > 0  # the rules of the file, which the backup did not have
