"""A connection of its own that hears what commits change."""

import select

import psycopg2
import psycopg2.extensions

from cityops.storage.changes import CONNECTED, PROBE
from cityops.storage.database import Database
from cityops.storage.errors import explain
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")


class ChangeListener:
    """Hears the notices of a database. Connects when it is first asked, and anew after a trouble.

    Not for several threads at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg2.extensions.connection | None = None

    def hear(self, patience: float) -> list[str]:
        """Wait for notices, at most so long (seconds), and return them; CONNECTED alone after each new connection.

        Raises StorageError where nothing can be heard: the database is away, or it is a copy that takes no listeners.
        """
        try:
            if self._connection is None:
                self._connection = self._listen()
                return [CONNECTED]
            if select.select([self._connection], [], [], patience)[0]:
                self._connection.poll()
            heard = [notice.payload for notice in self._connection.notifies]
            self._connection.notifies.clear()
        except psycopg2.Error as error:
            self.close()
            raise explain(error) from error
        return heard

    def probe(self) -> None:
        """Send PROBE to all who listen, by an ordinary connection. Raises StorageError.

        A pooler may let LISTEN pass and keep the notices to itself.
        """
        with self._database.transaction() as tx:
            tx.execute(SQL["announce"], notice=PROBE)

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg2.extensions.connection:
        connection = self._database.connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(SQL["listen"])
        except BaseException:
            connection.close()
            raise
        return connection
