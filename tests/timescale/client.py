"""A `Database` whose server is TimescaleDB compiled to WebAssembly, inside a Node process.

It stands in for psycopg2 below `cityops.storage.database`, so the product's own functions run unchanged:
migrations, batch writes and every query. Values are quoted by the real psycopg2, on a real connection.
"""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, BinaryIO, Self

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from cityops.storage import Database
from tests import npm

HERE = Path(__file__).parent

_READERS: dict[int, Callable[[str], Any]] = {
    16: lambda text: text == "t", 20: int, 21: int, 23: int, 26: int, 700: float, 701: float,
    1082: date.fromisoformat, 1184: datetime.fromisoformat, 1700: float, 114: json.loads, 3802: json.loads,
}  # fmt: skip


class Server:
    """The Node process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [npm.NODE, npm.install(HERE, "server.mjs") / "server.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"TZ": "UTC"},
        )

    def ask(self, sql: str, blob: bytes | None = None) -> dict[str, Any]:
        """Run SQL; raise the psycopg2 error that a server would have led to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"sql": sql} | ({} if blob is None else {"blob": base64.b64encode(blob).decode()})
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise psycopg2.errors.lookup(answer["code"])(answer["error"])
        return answer

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


class TimescaleDatabase(Database):
    """The product's Database on a Server. `quoting` is any open psycopg2 connection."""

    def __init__(self, server: Server, quoting: psycopg2.extensions.connection) -> None:
        super().__init__("", application="test")
        self._connection = Connection(server, quoting)

    def connect(self) -> Any:
        """Return the one connection that the server has."""
        return self._connection


class Connection:
    """The part of a psycopg2 connection that `cityops.storage` uses."""

    closed = 0

    def __init__(self, server: Server, quoting: psycopg2.extensions.connection) -> None:
        self.server, self.quoting, self.begun = server, quoting, False
        server.ask("SET TIME ZONE 'UTC'")

    def cursor(self, **_: object) -> "Cursor":
        return Cursor(self)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def close(self) -> None:
        self.rollback()

    def begin(self) -> None:
        if not self.begun:
            self.server.ask("BEGIN")
            self.begun = True

    def _end(self, word: str) -> None:
        if self.begun:
            self.begun = False
            self.server.ask(word)


class Cursor:
    """The part of a psycopg2 cursor that `cityops.storage` uses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: list[SimpleNamespace] = []
        self.rowcount = -1

    def execute(self, statement: Any, values: dict[str, object] | None = None) -> None:
        self._connection.begin()
        answer = self._connection.server.ask(self.mogrify(statement, values).decode())
        self.description = [SimpleNamespace(name=name) for name, _ in answer["fields"]]
        self.rowcount = answer["count"]
        readers = [_READERS.get(kind, str) for _, kind in answer["fields"]]
        self._rows = iter([_read(readers, row) for row in answer["rows"]])

    def mogrify(self, statement: Any, values: dict[str, object] | None = None) -> bytes:
        with self._connection.quoting.cursor() as quoting:
            return quoting.mogrify(statement, values)

    def copy_expert(self, statement: str | bytes, file: BinaryIO) -> None:
        self._connection.begin()
        statement = statement.decode() if isinstance(statement, bytes) else statement
        if "TO STDOUT" in statement:
            answer = self._connection.server.ask(statement.replace("TO STDOUT", "TO '/dev/blob'"))
            file.write(base64.b64decode(answer["blob"]))
        else:
            self._connection.server.ask(statement.replace("FROM STDIN", "FROM '/dev/blob'"), file.read())

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def _read(readers: Sequence[Callable[[str], Any]], row: Sequence[str | None]) -> tuple[Any, ...]:
    return tuple(None if text is None else reader(text) for reader, text in zip(readers, row, strict=True))
