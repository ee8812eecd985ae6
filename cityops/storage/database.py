"""Connections and transactions. Nothing outside `cityops.storage` sees the driver."""

import copy
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import psycopg2
import psycopg2.extensions
from psycopg2.sql import Composed

from cityops.scope import WHOLE, Scope
from cityops.storage.errors import BadData, DatabaseBusy, DatabaseTooOld, explain
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")
PIECE = 500  # rows
PATIENCE = 5.0  # seconds to wait for a connection of a pool whose connections are all in use
OLDEST_SERVER = 15_00_00  # PostgreSQL 15, as the driver writes versions

Row = dict[str, Any]
Statement = str | Composed  # composed where the name of a relation varies, see queries.over


class Transaction:
    """One open transaction. Statements come from `load_queries`; values are bound by name."""

    def __init__(self, connection: psycopg2.extensions.connection, scope: Scope = WHOLE) -> None:
        self._connection = connection
        self._scope = scope

    @property
    def scope(self) -> Scope:
        """How much of the city it sees."""
        return self._scope

    def execute(self, statement: Statement, **values: object) -> int:
        """Run a statement and return how many rows it touched."""
        with self._run(statement, values) as cursor:
            return cursor.rowcount

    def rows(self, statement: Statement, **values: object) -> list[Row]:
        """Return all rows as dictionaries by column name."""
        with self._run(statement, values) as cursor:
            names = _names(cursor)
            return [dict(zip(names, row, strict=True)) for row in _fetch(cursor)]

    def row(self, statement: Statement, **values: object) -> Row | None:
        """Return the first row, or None."""
        with self._run(statement, values) as cursor:
            row = cursor.fetchone()
            return dict(zip(_names(cursor), row, strict=True)) if row is not None else None

    def value(self, statement: Statement, **values: object) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(statement, **values)
        return next(iter(row.values())) if row else None

    def frame(
        self, statement: Statement, *, types: Mapping[str, str] | None = None, **values: object
    ) -> "pd.DataFrame":
        """Return all rows as a data frame; the columns are there even when no row is.

        `types` are the columns' types by name, which is also faster than having pandas find them.
        """
        import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

        with self._run(statement, values) as cursor:
            names, rows = _names(cursor), _fetch(cursor)
        columns = zip(*rows, strict=True) if rows else [[] for _ in names]
        wanted = types or {}
        # Column by column: a third of the time that pandas takes for a list of rows.
        return pd.DataFrame(
            {name: pd.Series(column, dtype=wanted.get(name)) for name, column in zip(names, columns, strict=True)}
        )

    def pieces(self, statement: Statement, *, size: int, **values: object) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows in lists of at most `size`. The rest waits in the server, so memory stays flat."""
        try:
            with self._connection.cursor(name="pieces") as cursor:
                cursor.execute(statement, values)
                while rows := cursor.fetchmany(size):
                    yield rows
        except psycopg2.Error as error:
            raise explain(error) from error

    def copy_in(self, statement: str, data: bytes) -> None:
        """Run a `COPY … FROM STDIN (FORMAT binary)` on encoded rows."""
        try:
            with self._connection.cursor() as cursor:
                cursor.copy_expert(statement, io.BytesIO(data))
        except psycopg2.Error as error:
            raise explain(error) from error

    def copy_out(self, statement: str, **values: object) -> bytes:
        """Return what a `COPY … TO STDOUT (FORMAT binary)` gives."""
        data = io.BytesIO()
        try:
            with self._connection.cursor() as cursor:
                cursor.copy_expert(cursor.mogrify(statement, values or None), data)
        except psycopg2.Error as error:
            raise explain(error) from error
        return data.getvalue()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run a part that may fail without losing the rest of the transaction. One may lie within another."""
        self.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO SAVEPOINT part")
            self.execute("RELEASE SAVEPOINT part")  # else an outer one would be undone only down to this
            raise
        self.execute("RELEASE SAVEPOINT part")

    @contextmanager
    def _run(self, statement: Statement, values: Mapping[str, object]) -> Iterator[psycopg2.extensions.cursor]:
        try:
            with self._connection.cursor() as cursor:
                _send(cursor, statement, values)
                yield cursor
        except psycopg2.Error as error:
            raise explain(error) from error


class Database:
    """A small pool of connections to one database. A broken connection is thrown away, never reused.

    `lock_timeout` (seconds): a statement that waits for a lock longer raises TransactionConflict. Whoever waits for a
    strong lock has everybody who comes later wait behind; None waits, as who stores readings must.

    `most`: connections in use at once, by all scopes together; who waits longer than `patience` (seconds) for one gets
    DatabaseBusy. A thread that is in a transaction must not open a second one: at the maximum it would wait for itself.
    """

    def __init__(
        self,
        url: str,
        *,
        application: str,
        keep: int = 8,
        lock_timeout: float | None = None,
        most: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._url = url
        self._application = f"cityops {application}"
        self._idle: LifoQueue[psycopg2.extensions.connection] = LifoQueue(maxsize=keep)
        self._free = BoundedSemaphore(most) if most is not None else None
        self._patience = patience
        self._scope = WHOLE
        self._options = "-c timezone=UTC -c work_mem=32MB"  # a city's day is sorted in memory, not on disk
        if lock_timeout is not None:
            self._options += f" -c lock_timeout={round(lock_timeout * 1000)}"

    def within(self, scope: Scope) -> "Database":
        """Return the same database, with the same pool, of which every transaction sees this scope only."""
        narrow = copy.copy(self)
        narrow._scope = scope
        return narrow

    @property
    def scope(self) -> Scope:
        """How much of the city its transactions see."""
        return self._scope

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises StorageError or other."""
        with self._turn(), self._transaction() as tx:
            yield tx

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold one of the connections that may be in use at once."""
        if self._free is not None and not self._free.acquire(timeout=self._patience):
            raise DatabaseBusy
        try:
            yield
        finally:
            if self._free is not None:
                self._free.release()

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        connection = self._take()
        try:
            tx = Transaction(connection, self._scope)
            if not self._scope.is_whole:
                tx.execute(SQL["enter_scope"], **self._scope.settings)
            yield tx
            connection.commit()
        except psycopg2.Error as error:
            connection.close()
            raise explain(error) from error
        except BaseException:
            _roll_back(connection)
            raise
        finally:
            self._put_back(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self) -> psycopg2.extensions.connection:
        while True:
            try:
                connection = self._idle.get_nowait()
            except Empty:
                return self.connect()
            if _is_alive(connection):
                return connection
            connection.close()

    def _put_back(self, connection: psycopg2.extensions.connection) -> None:
        if connection.closed or self._idle.full():
            connection.close()
        else:
            self._idle.put(connection)

    def connect(self) -> psycopg2.extensions.connection:
        """Return a connection beside the pool, for this package: to close by whoever asked. Raises StorageError."""
        try:
            connection = psycopg2.connect(
                self._url,
                application_name=self._application,
                connect_timeout=5,
                options=self._options,
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
            )
        except psycopg2.Error as error:
            raise explain(error) from error
        if connection.server_version < OLDEST_SERVER:
            connection.close()
            raise DatabaseTooOld(
                f"The server is version {connection.server_version // 10000}. {DatabaseTooOld.__doc__}"
            )
        return connection


def _send(cursor: psycopg2.extensions.cursor, statement: Statement, values: Mapping[str, object]) -> None:
    try:
        cursor.execute(statement, dict(values) or None)  # None: a `%` in the text stays a `%`
    except ValueError as error:  # the driver itself refuses a text that no database can hold: one with a NUL
        raise BadData(f"{error} {BadData.__doc__}") from error


def _names(cursor: psycopg2.extensions.cursor) -> list[str]:
    return [column.name for column in cursor.description or ()]


def _fetch(cursor: psycopg2.extensions.cursor) -> list[tuple[Any, ...]]:
    """Return all rows. In pieces: the driver lets no other thread go on while it makes the rows of one call."""
    rows: list[tuple[Any, ...]] = []
    while piece := cursor.fetchmany(PIECE):
        rows += piece
    return rows


def _roll_back(connection: psycopg2.extensions.connection) -> None:
    try:
        connection.rollback()
    except psycopg2.Error:
        connection.close()  # the server is gone and rolled back by itself


def _is_alive(connection: psycopg2.extensions.connection) -> bool:
    """Ask the server: after a restart of the database a pooled connection looks open but is dead."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()
    except psycopg2.Error:
        return False
    return True
