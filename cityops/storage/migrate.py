"""The schema: numbered migrations that run once, and replayable files that run every time.

`NNNN_name.sql` runs on every server; `NNNN_name.plain.sql` and `NNNN_name.timescale.sql` only where the
server is that. A migration that has run never changes: its hash is stored and compared.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from zoneinfo import ZoneInfo

from cityops.catalogue import Catalogue
from cityops.errors import CityOpsError
from cityops.storage.database import Database, Transaction
from cityops.storage.errors import DatabaseTooOld, TransactionConflict
from cityops.storage.queries import load_queries
from cityops.storage.readings.rollups import set_zone

SQL = load_queries("cityops.storage")

ATTEMPTS = 10  # to get all locks, each soon given up: nobody who reads or writes waits for a migration that waits
PAUSE = 3.0  # seconds between two


class MigrationChanged(CityOpsError):
    """A migration that this database has already run was edited. Restore the file; add a new migration instead."""


class Profile(StrEnum):
    """What the server can do."""

    PLAIN = "plain"
    TIMESCALE = "timescale"


@dataclass(frozen=True, slots=True)
class MigrationScript:
    """One file of SQL, with the hash by which it is recognised."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrate(
    database: Database, catalogue: Catalogue, *, report: Callable[[str], None], zone: ZoneInfo | None = None
) -> Profile:
    """Bring the schema up to date and store the catalogue. Idempotent; safe to start twice at once.

    `zone` is whose days `reading_1d` has from now on; None leaves it (UTC in a new database). `report` gets one line
    for each migration that ran, one when the days changed, and one each time that it gave way to others. Raises
    MigrationChanged, ZoneUnknown or StorageError.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _migrate(database, catalogue, report, zone)
        except TransactionConflict as error:
            report(f"giving way, then trying again: {error}")
            time.sleep(PAUSE)
    return _migrate(database, catalogue, report, zone)


def _migrate(database: Database, catalogue: Catalogue, report: Callable[[str], None], zone: ZoneInfo | None) -> Profile:
    with database.transaction() as tx:
        tx.execute(SQL["lock_migrations"])
        tx.execute(SQL["limit_lock_waits"])
        tx.execute(SQL["create_migration_table"])
        done = _migrations_done(tx)
        profile = _find_profile(tx, done)
        tx.execute(SQL["drop_scoped"])
        for script in scripts("migrations", profile):
            _run_once(tx, script, done.get(script.name), report)
        for script in scripts("replayable", profile):
            tx.execute(script.text)
        _store_catalogue(tx, catalogue)
        if zone is not None and set_zone(tx, zone):
            report(f"days are those of {zone.key} from now on; `cityops watch` folds the past again")
    return profile


def pending(database: Database) -> list[str]:
    """Return the names of migrations that this database has not run; all of them when it is empty."""
    with database.transaction() as tx:
        done = _migrations_done(tx) if tx.value(SQL["has_migration_table"]) else {}
        profile = _find_profile(tx, done)
    return [script.name for script in scripts("migrations", profile) if script.name not in done]


def scripts(folder: str, profile: Profile) -> Iterator[MigrationScript]:
    """Yield the files of a folder that belong to a profile, in order of their names."""
    for file in sorted(files("cityops.storage").joinpath(folder).iterdir(), key=lambda entry: entry.name):
        parts = file.name.split(".")
        if parts[-1] == "sql" and (len(parts) == 2 or parts[1] == profile):
            yield MigrationScript(file.name, file.read_text(encoding="utf-8"))


def _migrations_done(tx: Transaction) -> dict[str, str]:
    return {row["name"]: row["digest"] for row in tx.rows(SQL["migrations_done"])}


def _find_profile(tx: Transaction, done: Iterable[str]) -> Profile:
    """Return what the database is already, else what the server can do: a new extension changes no old schema."""
    for profile in Profile:
        if any(name.endswith(f".{profile}.sql") for name in done):
            return profile
    version = tx.value(SQL["timescale_too_old"])
    if version is not None:
        raise DatabaseTooOld(f"TimescaleDB is version {version}. {DatabaseTooOld.__doc__}")
    return Profile(tx.value(SQL["find_profile"]))


def _run_once(tx: Transaction, script: MigrationScript, digest: str | None, report: Callable[[str], None]) -> None:
    if digest is None:
        tx.execute(script.text)
        tx.execute(SQL["record_migration"], name=script.name, digest=script.digest)
        report(f"migrated {script.name}")
    elif digest != script.digest:
        raise MigrationChanged(f"{script.name} differs from what this database ran. {MigrationChanged.__doc__}")


def _store_catalogue(tx: Transaction, catalogue: Catalogue) -> None:
    for name, metric in catalogue.metric.items():
        tx.execute(
            SQL["store_metric"],
            metric=name,
            name_zh=metric.name.zh,
            name_en=metric.name.en,
            unit=metric.unit,
            valid_low=metric.valid[0],
            valid_high=metric.valid[1],
            plausible_low=metric.plausible[0],
            plausible_high=metric.plausible[1],
            precision=metric.precision,
            mean=metric.mean.value,
            weighed_by=metric.weighed_by,
        )
    for name, kind in catalogue.kind.items():
        tx.execute(
            SQL["store_sensor_kind"],
            kind=name,
            domain=kind.domain,
            name_zh=kind.name.zh,
            name_en=kind.name.en,
            metrics=list(kind.metrics),
            interval_seconds=kind.interval,
        )
