"""Real servers for the tests: one PostgreSQL and one broker a session, a fresh database a test."""

import gc
import itertools
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from cityops.accounts.factors import passwords
from cityops.catalogue import Catalogue, load_catalogue
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.storage import Database
from cityops.storage.migrate import migrate
from sensors_sim.land.city import make_city
from tests.durations import Durations, file_of, kept
from tests.memory_folder import database_folder
from tests.programs import wait_for

BROWSER = "tests/browser/"
_numbers = itertools.count(1)

Administer = Callable[..., object]  # runs a statement with its values by name

# How long an example takes says how busy the machine is, not whether the code is right.
# CI judges a change by the same examples every time; elsewhere each run looks for new ones.
settings.register_profile(
    "cityops",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("cityops")
# Accounts by the hundred: what a hash costs on purpose is not what these tests are about.
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def kept_log_handlers() -> Iterator[None]:
    """Take away what a program that was called in this process made of the log: its stream is closed by then."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def scope_of(nodeid: str) -> str:
    """Return what one worker runs as a whole: a file, or all that draw with a browser.

    Two browsers at once draw too slowly on two cores.
    """
    return BROWSER if nodeid.startswith(BROWSER) else file_of(nodeid)


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Deals the suite out to the workers of `make test`, in the order in which it was collected."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling:
    return FileScheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")  # its reports come to whoever started it
    if not is_worker and not config.getoption("lf", default=False):  # what runs once more says nothing of the suite
        config.pluginmanager.register(Durations())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, so that no worker is left with it at the end."""
    seconds = defaultdict[str, float](float)
    for name, taken in kept().items():
        seconds[scope_of(name)] += taken
    items.sort(key=lambda item: (-seconds[scope_of(item.nodeid)], scope_of(item.nodeid)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without looking for garbage: what is imported stays, and looking took a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()  # nor is it looked at while the tests run
        gc.enable()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session", autouse=True)
def one_city_of_a_seed() -> Iterator[None]:
    """Make the simulator's city of a seed once: it takes 1.4 s, nobody changes it, and test_city.py makes its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sensors_sim.story.simulation.make_city", cache(make_city))
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for the whole session: the one of CITYOPS_TEST_TIMESCALE_URL, or an embedded one."""
    given = os.environ.get("CITYOPS_TEST_TIMESCALE_URL")
    if given is not None:
        yield given
        return
    with database_folder(tmp_path_factory.mktemp("postgres")) as folder, EmbeddedPostgres(folder) as server:
        with _administrator(server.url) as administer:
            # Nobody opens this cluster again: what a commit waits for on the disk is for `own_postgres`, which crashes.
            administer("ALTER SYSTEM SET fsync = off")
            administer("SELECT pg_reload_conf()")
            # What a stolen hash costs to guess is not what these tests are about; they connect some ten thousand times.
            administer("SET scram_iterations = 1")
            administer("ALTER ROLE CURRENT_USER PASSWORD %(password)s", password=urlsplit(server.url).password)
        yield server.url


@pytest.fixture(scope="session")
def template(postgres_url: str, catalogue: Catalogue) -> Iterator[str]:
    """A migrated database that every test gets a copy of."""
    name = f"cityops_template_{os.getpid()}"
    with _administrator(postgres_url) as administer:
        administer(f'CREATE DATABASE "{name}"')
    database = Database(_with_name(postgres_url, name), application="template")
    migrate(database, catalogue, report=lambda _: None)
    database.close()
    # TimescaleDB's scheduler connects to every database that has the extension, and what has a session is no template.
    with _administrator(postgres_url) as administer:
        administer(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    yield name
    with _administrator(postgres_url) as administer:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(postgres_url: str, template: str) -> Iterator[str]:
    """A fresh migrated database."""
    with fresh_database(postgres_url, template) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database_url(postgres_url: str, template: str) -> Iterator[str]:
    """One database for all tests of a module, which leave it as they find it."""
    with fresh_database(postgres_url, template) as url:
        yield url


@contextmanager
def fresh_database(postgres_url: str, template: str) -> Iterator[str]:
    """Lend a copy of a database that nobody has a session in."""
    name = f"cityops_test_{os.getpid()}_{next(_numbers)}"
    with _administrator(postgres_url) as administer:
        _end_sessions(administer, template)
        # Files are copied in half the time of pages that go through the log; the server is ours, its disk is memory.
        administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    yield _with_name(postgres_url, name)
    with _administrator(postgres_url) as administer:
        _end_sessions(administer, name)  # dropping waits 0.1 s for any that is left, and one ends in a millisecond
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    store = Database(database_url, application="test")
    yield store
    store.close()


@pytest.fixture(scope="session")
def broker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with EmbeddedBroker(tmp_path_factory.mktemp("broker")) as server:
        yield server.url


@pytest.fixture
def own_postgres(tmp_path: Path, catalogue: Catalogue) -> Iterator[EmbeddedPostgres]:
    """A migrated database on a server that the test may stop."""
    with database_folder(tmp_path / "postgres") as folder, EmbeddedPostgres(folder) as server:
        database = Database(server.url, application="test")
        migrate(database, catalogue, report=lambda _: None)
        database.close()
        yield server


def _end_sessions(administer: Administer, name: str) -> None:
    """End the sessions of a database that nobody connects to any more, and wait until none is left."""
    count = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %(name)s"
    wait_for(lambda: administer(count, name=name) == 0, f"{name} has no session")


@contextmanager
def _administrator(url: str) -> Iterator[Administer]:
    """Connect to the server outside of any database of the tests, and of any transaction."""
    connection = psycopg2.connect(_with_name(url, "postgres"))
    connection.autocommit = True

    def administer(statement: str, **values: object) -> object:
        """Run a statement; return the first column of its first row, if it has one."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    with closing(connection):
        yield administer


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
