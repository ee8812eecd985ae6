"""The heartbeat of the portal: that the public's pages are gone stands on the wall within 15 seconds."""

import asyncio
import logging

from cityops.clock import system_now
from cityops.operations.heartbeats import EVERY, LOCK_TIMEOUT
from cityops.settings import Settings
from cityops.storage import Database, StorageError
from portal.store.life import show_life

logger = logging.getLogger(__name__)


async def keep_showing_life(settings: Settings) -> None:
    """Show life until cancelled, on a thread and a connection that no visitor can use up; then say that it ends."""
    url = settings.require_database_url()
    database = Database(url, application="portal life", keep=1, lock_timeout=LOCK_TIMEOUT)
    try:
        while True:
            await asyncio.to_thread(_show_life, database, is_ending=False)
            await asyncio.sleep(EVERY)
    finally:
        await asyncio.to_thread(_show_life, database, is_ending=True)
        database.close()


def _show_life(database: Database, *, is_ending: bool) -> None:
    try:
        with database.transaction() as tx:
            show_life(tx, system_now(), is_ending=is_ending)
    except StorageError as error:  # an outage, which the pages tell too
        logger.warning("no sign of life", extra={"action": "life", "reason": str(error)})
