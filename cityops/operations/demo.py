"""The demo: every room in one process tree, on embedded servers, on one data directory."""

import fcntl
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from cityops.accounts.factors.passwords import hash_password
from cityops.accounts.roles import Role
from cityops.accounts.users import store_users
from cityops.catalogue import read_catalogue
from cityops.clock import utc_now
from cityops.embedded import ports
from cityops.embedded.errors import DataDirectoryInUse, ServerFailed
from cityops.embedded.log_files import rotate
from cityops.embedded.mqtt.broker import EmbeddedBroker
from cityops.embedded.postgres import EmbeddedPostgres
from cityops.embedded.preloading import Preloaded
from cityops.embedded.remembered import remembered_secret
from cityops.embedded.revival import Revival
from cityops.embedded.supervisor import Supervisor
from cityops.operations.demo_environment import demo_environment, prepare_rooms
from cityops.operations.demo_programs import (
    CITYOPS,
    DemoOptions,
    has_portal,
    start_players,
    start_portal,
    start_programs,
    wait_for_dashboard,
)
from cityops.settings import Settings
from cityops.storage import Database, StorageError, load_queries
from cityops.storage.messages.broker_sessions import forget_sessions
from cityops.storage.migrate import migrate
from cityops.storage.portal_role import make_portal_role, portal_url
from cityops.storage.shared_role import make_shared_role

SQL = load_queries("cityops.storage")
ACCOUNTS = {"duty": Role.OFFICER, "chief": Role.SUPERVISOR, "guest": Role.VIEWER} | dict.fromkeys(
    ("collector", "dispatcher", "head", "worker", "evaluator"),
    Role.OFFICER,  # their posts: cases/demo.py
)
STATUS_EVERY = 5.0  # seconds

Say = Callable[[str], None]


def run(settings: Settings, options: DemoOptions, *, stopping: Event, say: Say) -> None:
    """Run the demo until `stopping` is set. Raises ServerFailed, DataDirectoryInUse or another CityOpsError."""
    folder = settings.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_locked(folder))
        if not ports.is_free(options.port):
            raise ServerFailed(f"Port {options.port} is taken. Choose another with --port.")
        say("starting the database and the broker …")
        serve = ["dashboard", "--port", str(options.port)]
        dashboard = stack.enter_context(Preloaded("dashboard.app", serve, log=folder / "dashboard.log"))
        # What waits for nothing else is begun while the database is made: keys take a second, a hash a third of one.
        pool = stack.enter_context(ThreadPoolExecutor(1))
        password = options.password or remembered_secret(folder / "demo-password", length=9)
        hashing, preparing = pool.submit(hash_password, password), pool.submit(prepare_rooms, folder)
        broker = EmbeddedBroker(folder / "broker")
        stack.callback(broker.stop)
        broker.begin()
        postgres = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        broker.start()
        servers: dict[str, EmbeddedPostgres | EmbeddedBroker] = {"database": postgres, "broker": broker}
        database = Database(postgres.url, application="demo")
        stack.callback(database.close)
        portal_password = remembered_secret(folder / "portal-password", length=24)
        make_portal_role(database, portal_password)
        make_shared_role(database)
        migrate(database, read_catalogue(settings), report=lambda _: None, zone=settings.zone)
        with database.transaction() as tx:
            forget_sessions(tx, broker.address)  # it kept them in its memory
        supervisor = Supervisor(demo_environment(settings, folder, postgres, broker) | preparing.result(), folder)
        stack.callback(supervisor.stop)
        _store_accounts(database, hashing.result())
        supervisor.start("dashboard", [*CITYOPS, *serve], preloaded=dashboard)  # it takes longest
        start_programs(supervisor, options)
        wait_for_dashboard(supervisor, options.port, stopping)
        if not stopping.is_set():
            _tell_dashboard(options, say)  # at once: who looks need not wait for the rest
            start_players(supervisor, options)
            url = portal_url(postgres.url, portal_password)
            open_broker = stack.enter_context(EmbeddedBroker(folder / "open-broker")) if has_portal(options) else None
            if open_broker is not None:
                servers["broker of open data"] = open_broker
                start_portal(supervisor, options, url, open_broker)
                say(f"portal http://{ports.LOOPBACK}:{options.portal_port}")
                say(f"open-data {open_broker.url}")
            elif options.portal_port:
                say(f"no portal: port {options.portal_port} is taken. Choose another with --portal-port.")
            say(f"mqtt {broker.url}")
            say(f"database {postgres.url}")
            for name, role in ACCOUNTS.items():
                say(f"account {name} {password} ({role})")
        _keep_running(supervisor, servers, database, stopping=stopping, say=say)
        say("stopping …")


def _tell_dashboard(options: DemoOptions, say: Say) -> None:
    say(f"dashboard http://{ports.LOOPBACK}:{options.port}")
    if options.simulate is not None:
        say(f"presenter http://{ports.LOOPBACK}:{options.port}/presenter")


def _keep_running(
    supervisor: Supervisor,
    servers: Mapping[str, EmbeddedPostgres | EmbeddedBroker],
    database: Database,
    *,
    stopping: Event,
    say: Say,
) -> None:
    next_status = time.monotonic() + STATUS_EVERY
    revival = Revival(servers, say)
    while not stopping.wait(0.5):
        revival.tend()
        for server in servers.values():
            rotate(server.log)
        supervisor.tend()
        if time.monotonic() >= next_status:
            next_status = time.monotonic() + STATUS_EVERY
            say(_status(database, now=utc_now()))


def _status(database: Database, *, now: datetime) -> str:
    try:
        with database.transaction() as tx:
            row = tx.row(SQL["demo_status"], since=now - timedelta(seconds=60)) or {}
    except StorageError as error:
        return f"status: {error}"
    age = "no reading yet" if row["newest"] is None else f"newest {(now - row['newest']).total_seconds():.1f} s old"
    return (
        f"status: {row['sensors']} sensors, {row['reporting']} series reported in the last minute, {age}, "
        f"{row['alerts']} open alerts, {row['dead_letters']} dead letters"
    )


def _store_accounts(database: Database, password_hash: str) -> None:
    with database.transaction() as tx:
        store_users(tx, ACCOUNTS, password_hash=password_hash, actor="demo", now=utc_now())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataDirectoryInUse(f"A demo runs on {folder}. {DataDirectoryInUse.__doc__}") from error
        yield
