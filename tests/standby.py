"""A standby that follows an embedded PostgreSQL, as pg_basebackup makes one; it can be told to fall behind."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from cityops.embedded import lifeline, ports
from cityops.embedded.postgres import BIN, EmbeddedPostgres
from tests.programs import wait_for


@dataclass(frozen=True)
class Standby:
    """A running standby."""

    url: str

    def pause(self) -> None:
        """Follow no further; what was committed later is not seen."""
        self._tell("SELECT pg_wal_replay_pause()")
        wait_for(lambda: self._tell("SELECT pg_get_wal_replay_pause_state()") == "paused", "the standby pauses")

    def resume(self) -> None:
        """Follow again."""
        self._tell("SELECT pg_wal_replay_resume()")

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            return self._tell("SELECT pg_is_in_recovery()") is True
        except psycopg2.OperationalError:
            return False

    def _tell(self, statement: str) -> object:
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                row = cursor.fetchone()
        finally:
            connection.close()
        return row[0] if row else None


@contextmanager
def standby_of(primary: EmbeddedPostgres, folder: Path) -> Iterator[Standby]:
    """Run a standby in this folder while the block lasts."""
    cluster, port = folder / "standby", ports.free_port()
    subprocess.run([BIN / "pg_basebackup", "--dbname", primary.url, "-D", cluster, "-R", "-c", "fast"], check=True)
    if os.geteuid() == 0:  # as root the server runs as nobody
        for path in (folder, cluster, *cluster.rglob("*")):
            shutil.chown(path, "nobody")
    command: list[str | Path] = [BIN / "postgres", "-D", cluster, "-p", str(port)]
    command += ["-c", f"listen_addresses={ports.LOOPBACK}", "-c", "unix_socket_directories=", "-c", "hot_standby=on"]
    command += ["-c", "max_connections=100", "-c", "max_locks_per_transaction=512"]  # not fewer than its primary
    process = lifeline.spawn(command, at_parent_death=signal.SIGQUIT, log=folder / "standby.log", drop_root=True)
    standby = Standby(primary.url.replace(f":{primary.port}/", f":{port}/"))
    try:
        wait_for(standby.answers, "the standby answers")
        yield standby
    finally:
        lifeline.stop(process, signal.SIGINT, signal.SIGQUIT, patience=30)
