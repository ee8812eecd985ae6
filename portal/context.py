"""What the routes of one portal share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from starlette.requests import Request

from cityops.settings import Settings
from cityops.standards.tables import Standards
from cityops.storage import Database, Transaction
from cityops.web.worker_pool import WorkerPool
from portal.city_reader import CityReader
from portal.web.allowances import Allowances

T = TypeVar("T")

READERS, WRITERS = 6, 4  # threads, and connections of the database
WAITING = 1_000  # requests that may wait for a thread of either kind: each is small, and they are worked off in seconds


@dataclass(frozen=True, slots=True)
class Portal:
    """Settings, the city as it is read, and threads: whoever reads a lot keeps nobody from reporting."""

    settings: Settings
    city: CityReader
    allowances: Allowances
    reading: Database
    writing: Database
    readers: WorkerPool
    writers: WorkerPool

    async def read(self, question: Callable[[Transaction], T]) -> T:
        """Return what a function reads in a transaction, in a thread for readers. Raises StorageError or PoolFull."""
        return await self.readers.run(_within, self.reading, question)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Return what a function does in a transaction, in a thread for writers. Raises StorageError or PoolFull."""
        return await self.writers.run(_within, self.writing, work)

    def close(self) -> None:
        """Close the idle connections."""
        self.reading.close()
        self.writing.close()


def open_portal(settings: Settings, standards: Standards) -> Portal:
    """Return the portal of a database, which is opened when it is used. Raises SettingError."""
    url = settings.require_database_url()
    reading = Database(url, application="portal", keep=READERS, most=READERS, lock_timeout=2.0)
    return Portal(
        settings,
        CityReader(Database(url, application="portal city", keep=1), standards),
        Allowances(),
        reading,
        Database(url, application="portal reports", keep=WRITERS, most=WRITERS, lock_timeout=5.0),
        WorkerPool("read", threads=READERS, queue=WAITING),
        WorkerPool("write", threads=WRITERS, queue=WAITING),
    )


def portal_of(request: Request) -> Portal:
    """Return the portal that serves a request."""
    return cast("Portal", request.app.state.portal)


def _within(database: Database, work: Callable[[Transaction], T]) -> T:
    with database.transaction() as tx:
        return work(tx)
