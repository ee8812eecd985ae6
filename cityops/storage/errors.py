"""What can go wrong with the database, in words for the person who has to mend it."""

import psycopg2
import psycopg2.errors

from cityops.errors import CityOpsError


class StorageError(CityOpsError):
    """The database refused a statement. Look at the database log for the details."""

    retryable = False

    @property
    def public(self) -> str:
        """What to do, without the server's own words: they name its address."""
        return str(type(self).__doc__)


class DatabaseUnavailable(StorageError):
    """The database cannot be reached. Start it, or correct CITYOPS_DATABASE_URL."""

    retryable = True


class DatabaseFull(StorageError):
    """The disk of the database is full. Free space or enlarge it; the services go on by themselves."""

    retryable = True


class DatabaseReadOnly(StorageError):
    """The database is read-only. Point CITYOPS_DATABASE_URL at the primary, or end the recovery."""

    retryable = True


class TransactionConflict(StorageError):
    """Another transaction was in the way. Try again."""

    retryable = True


class DatabaseBusy(StorageError):
    """Too many ask the database at once. Try again in a moment."""

    retryable = True


class SchemaMissing(StorageError):
    """The database has no CityOps schema, or an older one. Run `cityops db migrate`."""


class ZoneUnknown(StorageError):
    """The database server does not know this time zone. Correct CITYOPS_TIMEZONE, or update the server's zones."""


class DatabaseTooOld(StorageError):
    """The server is too old: PostgreSQL 15 and, where there is one, TimescaleDB 2.20 are needed. Upgrade it."""


class BadData(StorageError):
    """The database refused a value. The message names the constraint; correct the value."""

    @property
    def public(self) -> str:
        """What was wrong with the value, which came from whoever asked."""
        return str(self)


class AlreadyStored(BadData):
    """The database has a row with this key already. Write it once."""


_KINDS: tuple[tuple[type[psycopg2.Error] | tuple[type[psycopg2.Error], ...], type[StorageError]], ...] = (
    ((psycopg2.errors.DiskFull, psycopg2.errors.OutOfMemory), DatabaseFull),
    (psycopg2.errors.ReadOnlySqlTransaction, DatabaseReadOnly),
    (
        (
            psycopg2.errors.SerializationFailure,
            psycopg2.errors.DeadlockDetected,
            psycopg2.errors.LockNotAvailable,
        ),
        TransactionConflict,
    ),
    (
        (psycopg2.errors.UndefinedTable, psycopg2.errors.UndefinedColumn, psycopg2.errors.UndefinedFunction),
        SchemaMissing,
    ),
    (psycopg2.errors.UniqueViolation, AlreadyStored),
    ((psycopg2.DataError, psycopg2.IntegrityError), BadData),
    ((psycopg2.OperationalError, psycopg2.InterfaceError), DatabaseUnavailable),
)


def explain(error: psycopg2.Error) -> StorageError:
    """Turn a driver's error into ours, with the server's own first line in front of our advice."""
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), StorageError)
    detail = (str(error).strip().splitlines() or ["no detail given"])[0]
    return kind(f"{detail}. {kind.__doc__}")
