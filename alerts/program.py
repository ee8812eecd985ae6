"""Runs the timed jobs until told to stop; a database that is away is waited for."""

import logging

from alerts import watch
from cityops import logs, signals
from cityops.clock import utc_now
from cityops.settings import read_settings
from cityops.storage import Database, StorageError
from cityops.storage.rollups import ages_of

logger = logging.getLogger(__name__)


def run() -> None:
    """Do a round every so often until SIGTERM or Ctrl-C."""
    logs.log_to_stdout()
    stopping = signals.stop_event()
    settings = read_settings()
    ages = ages_of(settings)
    database = Database(settings.require_database_url(), application="watch")
    while not stopping.is_set():
        try:
            watch.do_round(database, utc_now(), ages=ages)
        except StorageError as error:
            if not error.retryable:
                raise
            logger.warning("waiting for the database", extra={"action": "retry", "reason": str(error)})
        stopping.wait(watch.ROUND)
    database.close()
