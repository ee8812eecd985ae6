"""What can go wrong with the database, in words for the person who has to mend it.

What a program then does, its `answer`, follows from the SQLSTATE; docs/reference/database-errors.md tells why.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import psycopg2

from cityops.errors import CityOpsError


class Answer(StrEnum):
    """What who stores a batch does when the database refuses it."""

    RETRY = "retry"  # it passes, or somebody mends it: wait, and send the same again
    SPLIT = "split"  # the reason may lie in what was sent: find the message, and store the others
    STOP = "stop"  # program and schema do not fit: nothing can be stored, nothing is to be put aside


class StorageError(CityOpsError):
    """The database refused a statement. Look at the database log for the details."""

    answer: ClassVar[Answer] = Answer.SPLIT

    @property
    def retryable(self) -> bool:
        """Whether the same can work later without anything of it being changed."""
        return self.answer is Answer.RETRY

    @property
    def public(self) -> str:
        """What to do, without the server's own words: they name its address."""
        return str(type(self).__doc__)


class DatabaseUnavailable(StorageError):
    """The database cannot be reached. Start it, or correct CITYOPS_DATABASE_URL."""

    answer = Answer.RETRY


class DatabaseFull(StorageError):
    """The disk of the database is full. Free space or enlarge it; the services go on by themselves."""

    answer = Answer.RETRY


class DatabaseReadOnly(StorageError):
    """The database is read-only. Point CITYOPS_DATABASE_URL at the primary, or end the recovery."""

    answer = Answer.RETRY


class DatabaseStuck(StorageError):
    """The database takes not even a single reading. Look at its log; the services go on by themselves."""

    answer = Answer.RETRY


class TransactionConflict(StorageError):
    """Another transaction was in the way. Try again."""

    answer = Answer.RETRY


class LimitReached(StorageError):
    """The statement wants more than the server gives. Send less at once, or raise the limit that it names."""


class DatabaseBusy(StorageError):
    """Too many ask the database at once. Try again in a moment."""

    retryable = True


class SchemaMissing(StorageError):
    """The database has no CityOps schema, or an older one. Run `cityops db migrate`."""

    answer = Answer.STOP


class RightMissing(StorageError):
    """The account may not do this. Run `cityops db migrate` as the owner, which grants the services their rights."""

    answer = Answer.STOP


class StatementWrong(StorageError):
    """The program and the schema do not fit. Run `cityops db migrate` of the version that runs here."""

    answer = Answer.STOP


class ZoneUnknown(StorageError):
    """The database server does not know this time zone. Correct CITYOPS_TIMEZONE, or update the server's zones."""

    answer = Answer.STOP


class DatabaseTooOld(StorageError):
    """The server is too old: PostgreSQL 15 and, where there is one, TimescaleDB 2.20 are needed. Upgrade it."""

    answer = Answer.STOP


class BadData(StorageError):
    """The database refused a value. The message names the constraint; correct the value."""

    @property
    def public(self) -> str:
        """What was wrong with the value, which came from whoever asked."""
        return str(self)


class AlreadyStored(BadData):
    """The database has a row with this key already. Write it once."""


# By SQLSTATE, or by its class, the first two characters; a code outweighs its class. What is not here is a
# StorageError: who stores a batch looks for the message that is to blame.
KINDS: Mapping[str, type[StorageError]] = {
    "08": DatabaseUnavailable,
    "21": BadData,
    "22": BadData,
    "23": BadData,
    "23505": AlreadyStored,
    "25006": DatabaseReadOnly,
    "25P04": LimitReached,  # transaction_timeout
    "26": StatementWrong,
    "28": DatabaseUnavailable,
    "3D": DatabaseUnavailable,
    "3F": SchemaMissing,
    "40": TransactionConflict,
    "42": StatementWrong,
    "42501": RightMissing,
    "42703": SchemaMissing,
    "42883": SchemaMissing,
    "42P01": SchemaMissing,
    "42P07": TransactionConflict,  # two workers make the same partition
    "42P17": TransactionConflict,
    "44": BadData,
    "53": LimitReached,  # 53200 is also a lock table that is full: one transaction touches too many partitions
    "53100": DatabaseFull,
    "53300": DatabaseUnavailable,
    "54": LimitReached,
    "55006": TransactionConflict,
    "55P03": TransactionConflict,
    "57": DatabaseUnavailable,
    "57014": LimitReached,  # statement_timeout, or somebody who ended the statement
}


def explain(error: psycopg2.Error) -> StorageError:
    """Turn a driver's error into ours, with the server's own first line in front of our advice."""
    kind = _kind_of(error)
    detail = (str(error).strip().splitlines() or ["no detail given"])[0]
    return kind(f"{detail}. {kind.__doc__}")


def _kind_of(error: psycopg2.Error) -> type[StorageError]:
    if error.pgcode is not None:
        return KINDS.get(error.pgcode) or KINDS.get(error.pgcode[:2]) or StorageError
    # The driver itself says it, and not the server.
    if isinstance(error, psycopg2.DataError | psycopg2.IntegrityError):
        return BadData
    gone = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    return DatabaseUnavailable if gone else StorageError
