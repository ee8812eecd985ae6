"""What the routes of one portal share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from starlette.requests import Request

from cityops.settings import Settings
from cityops.standards.tables import Standards
from cityops.storage import Database, Transaction
from cityops.web.worker_pool import WorkerPool
from portal.city.reader import PublicCityReader
from portal.web.allowances import Allowances

T = TypeVar("T")

READERS, WRITERS = 6, 4  # threads, and connections of the database
OPEN_READERS = 3  # for programs that read open data: people's pages never wait for them
WAITING = 1_000  # requests that may wait for a thread of either kind: each is small, and they are worked off in seconds


@dataclass(frozen=True, slots=True)
class Portal:
    """Settings, the city as it is read, and threads: whoever reads a lot keeps nobody from reporting."""

    settings: Settings
    city: PublicCityReader
    allowances: Allowances
    reading: Database
    writing: Database
    open_reading: Database
    readers: WorkerPool
    writers: WorkerPool
    open_readers: WorkerPool

    async def read(self, question: Callable[[Transaction], T]) -> T:
        """Return what a function reads in a transaction, in a thread for readers. Raises StorageError or PoolFull."""
        return await self.readers.run(_within, self.reading, question)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Return what a function does in a transaction, in a thread for writers. Raises StorageError or PoolFull."""
        return await self.writers.run(_within, self.writing, work)

    async def read_open(self, question: Callable[[Transaction], T]) -> T:
        """Return what a function reads of open data, in a thread of its own kind. Raises StorageError or PoolFull."""
        return await self.open_readers.run(_within, self.open_reading, question)

    def close(self) -> None:
        """Close the idle connections."""
        for database in (self.reading, self.writing, self.open_reading):
            database.close()


def open_portal(settings: Settings, standards: Standards) -> Portal:
    """Return the portal of a database, which is opened when it is used. Raises SettingError."""
    url = settings.require_database_url()
    reading = Database(url, application="portal", keep=READERS, most=READERS, lock_timeout=2.0)
    return Portal(
        settings,
        PublicCityReader(Database(url, application="portal city", keep=1), standards),
        Allowances(),
        reading,
        Database(url, application="portal reports", keep=WRITERS, most=WRITERS, lock_timeout=5.0),
        Database(url, application="portal open", keep=OPEN_READERS, most=OPEN_READERS, lock_timeout=2.0),
        WorkerPool("read", threads=READERS, queue=WAITING),
        WorkerPool("write", threads=WRITERS, queue=WAITING),
        WorkerPool("open", threads=OPEN_READERS, queue=WAITING),
    )


def portal_of(request: Request) -> Portal:
    """Return the portal that serves a request."""
    return cast("Portal", request.app.state.portal)


def _within(database: Database, work: Callable[[Transaction], T]) -> T:
    with database.transaction() as tx:
        return work(tx)
