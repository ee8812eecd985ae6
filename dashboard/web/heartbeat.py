"""The heartbeat of the dashboard, and its eye on the other services.

`watch` raises the alerts of whatever is late, and may be what hangs: so the dashboard raises them too.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from alerts.watch.late_services import judge_services
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.operations.heartbeats import DASHBOARD, EVERY, LOCK_TIMEOUT, Beat
from cityops.storage import Database
from cityops.storage.operations.heartbeats import note_stop, show_life
from dashboard.web.app_context import AppContext

logger = logging.getLogger(__name__)


async def keep_showing_life(site: AppContext) -> None:
    """Show life and judge the others until cancelled: on a thread and a connection that no visitor can use up."""
    url = site.settings.require_database_url()
    database = Database(url, application="dashboard life", keep=1, lock_timeout=LOCK_TIMEOUT)
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="life")
    try:
        while True:
            await loop.run_in_executor(thread, _show_life, site, database)
            await asyncio.sleep(EVERY)
    finally:
        thread.submit(_end, database)
        thread.shutdown(wait=False)


def _show_life(site: AppContext, database: Database) -> None:
    try:
        if site.live.is_beating:  # else screens get no picture: that is no life
            with database.transaction() as tx:
                show_life(tx, [Beat(DASHBOARD, facts={"screens": site.live.screens})])
        judge_services(database, utc_now(), catalogue=site.catalogue, judge=DASHBOARD)
    except CityOpsError as error:  # an outage, or another judge was first
        logger.warning("services not judged", extra={"action": "life", "reason": str(error)})
    except Exception:
        logger.exception("services not judged", extra={"action": "life"})


def _end(database: Database) -> None:
    try:
        with database.transaction() as tx:
            note_stop(tx, DASHBOARD)
    except CityOpsError as error:
        logger.warning("left without a word", extra={"action": "finish", "reason": str(error)})
    database.close()
