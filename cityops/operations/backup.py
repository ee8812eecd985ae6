"""Backup and restore of the whole database, audit tables included, with PostgreSQL's own tools."""

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from cityops.clock import utc_now
from cityops.embedded.postgres import BIN
from cityops.errors import CityOpsError
from cityops.operations.heartbeats import BACKUP, NEVER_DUE, Beat
from cityops.storage import Database, StorageError, load_queries
from cityops.storage.migrate import Profile
from cityops.storage.operations.heartbeats import beat

SQL = load_queries("cityops.storage")
logger = logging.getLogger(__name__)
# Counts of statements are a server's own, and their extension only a superuser could restore.
DUMP = ("--format=custom", "--exclude-extension=pg_stat_statements")


class BackupFailed(CityOpsError):
    """The backup was not made. Mend what is named and start it again."""


class RestoreRefused(CityOpsError):
    """Nothing was restored and nothing was changed. Mend what is named and start it again."""


class RestoreFailed(CityOpsError):
    """The database is half restored. Drop it, make it anew, and restore again."""


def back_up(url: str, file: Path, *, report: Callable[[str], None]) -> None:
    """Write a dump into a new file that only this user can read. Raises BackupFailed; then no file is left."""
    if file.exists():
        raise BackupFailed(f"{file} exists. Give a new name, or remove it.")
    part = file.with_name(file.name + ".part")
    report(f"backing up {urlsplit(url).path.lstrip('/')}")
    try:
        part.touch(mode=0o600)  # pg_dump writes into it and leaves its mode
        done = _run("pg_dump", url, [*DUMP, f"--file={part}", "--dbname"])
        if done.returncode != 0:
            raise BackupFailed(f"pg_dump: {_last_line(done.stderr)}. {BackupFailed.__doc__}")
        part.rename(file)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written ({error.strerror}). Choose another place.") from error
    finally:
        part.unlink(missing_ok=True)
    report(f"{file.stat().st_size / 1e6:.1f} MB in {file}")


def back_up_to(url: str, stream: IO[bytes]) -> None:
    """Write a dump into an open stream. Raises BackupFailed; then what was written is no backup.

    It goes through a pipe: pg_dump takes a redirected standard output for a file in which it can go back,
    and writes its table of contents a second time at the end, where it hides that the file was cut short.
    """
    command, environment = _command("pg_dump", url, [*DUMP, "--dbname"])
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment) as process:
            assert process.stdout is not None  # noqa: S101  (it is a pipe)
            shutil.copyfileobj(process.stdout, stream)
        if process.returncode != 0:
            said.seek(0)
            raise BackupFailed(f"pg_dump: {_last_line(said.read().decode(errors='replace'))}. {BackupFailed.__doc__}")


def note_backup(url: str, name: str, due_hours: float | None) -> None:
    """Tell the database that it was backed up now, and within how many hours it must be again; None: nobody said.

    A database that refuses to be told is backed up all the same: that is only logged.
    """
    database = Database(url, application="backup", keep=0)
    due = NEVER_DUE if due_hours is None else due_hours * 3600
    try:
        with database.transaction() as tx:
            beat(tx, [Beat(BACKUP, due, facts={"file": name})], utc_now())
    except StorageError as error:
        logger.warning("the backup was not noted", extra={"action": "backup", "reason": str(error)})


def restore(url: str, file: Path, *, report: Callable[[str], None]) -> None:
    """Fill an empty database from a dump. Raises RestoreRefused, RestoreFailed or StorageError.

    A superuser gives each table back to its owner, who must exist; for anyone else all becomes his own.
    TimescaleDB is put into its restoring mode before and taken out of it after, which only a superuser can do.
    """
    dumped = _profile_of(file)
    superuser = _check_target(url, dumped)
    report(f"restoring {file.name}")
    arguments = ["--exit-on-error", *([] if superuser else ["--no-owner", "--no-privileges"]), str(file), "--dbname"]
    if dumped is Profile.TIMESCALE:
        _alone(url, "create_timescaledb")
        _alone(url, "timescaledb_pre_restore")
    try:
        done = _run("pg_restore", url, arguments)
    finally:
        if dumped is Profile.TIMESCALE:
            _alone(url, "timescaledb_post_restore")
    if done.returncode != 0:
        raise RestoreFailed(f"pg_restore: {_last_line(done.stderr)}. {RestoreFailed.__doc__}")
    report("gathering statistics")
    _alone(url, "gather_statistics")


def _profile_of(file: Path) -> Profile:
    """Read from the table of contents of a dump what server it came from. Raises RestoreRefused."""
    if not file.is_file():
        raise RestoreRefused(f"{file} does not exist. Correct the path.")
    listed = subprocess.run([_tool("pg_restore"), "--list", file], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        raise RestoreRefused(f"{file.name} is no backup ({_last_line(listed.stderr)}). Give a file of `db backup`.")
    return Profile.TIMESCALE if " EXTENSION - timescaledb " in listed.stdout else Profile.PLAIN


def _check_target(url: str, dumped: Profile) -> bool:
    """Return whether we are superuser, having made sure that the dump fits. Raises RestoreRefused."""
    database = Database(url, application="restore")
    with database.transaction() as tx:
        relations = tx.value(SQL["count_relations"])
        profile = Profile(tx.value(SQL["find_profile"]))
        superuser = bool(tx.value(SQL["is_superuser"]))
    database.close()
    if relations:
        raise RestoreRefused(f"The database is not empty ({relations} relations). Restore into a new one.")
    if profile is not dumped:
        raise RestoreRefused(
            f"The backup is of a server with profile {dumped}, and this one is {profile}. Restore on one of its kind."
        )
    if dumped is Profile.TIMESCALE and not superuser:
        raise RestoreRefused("Only a superuser can restore TimescaleDB. Put one into CITYOPS_DATABASE_URL.")
    return superuser


def _alone(url: str, name: str) -> None:
    """Run one statement in a connection of its own: what it sets must not stay with a pooled one."""
    database = Database(url, application="restore", keep=0)
    with database.transaction() as tx:
        tx.execute(SQL[name])
    database.close()


def _run(tool: str, url: str, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    command, environment = _command(tool, url, arguments)
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
    )


def _command(tool: str, url: str, arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return how to run a tool on a database, whose URL ends the arguments, and in which environment.

    The password goes into the environment: every user of a machine can read the arguments of a process.
    """
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=f"{user.partition(':')[0]}@{host}" if user else host).geturl()
    secret = {} if parts.password is None else {"PGPASSWORD": unquote(parts.password)}
    environment = os.environ | {"PGAPPNAME": f"cityops {tool}", "PGCONNECT_TIMEOUT": "5"} | secret
    return [_tool(tool), "--no-password", *arguments, bare], environment


def _tool(name: str) -> str:
    """Return where a tool is: in the wheel of the embedded server, else on the PATH."""
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise CityOpsError(f"{name} is not installed. Install the client tools of PostgreSQL.")
    return found


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1].rstrip(".")
