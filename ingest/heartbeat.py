"""The heartbeat of one worker."""

import logging
from collections.abc import Mapping
from typing import Any

from cityops.operations.heartbeats import INGEST, Beat
from cityops.storage import Database, StorageError
from cityops.storage.operations.heartbeats import note_stop, show_life

logger = logging.getLogger(__name__)


class LifeSign:
    """Says that the worker of a client id gets its work done; its name is `ingest/CLIENT-ID`."""

    def __init__(self, database: Database, client_id: str) -> None:
        self._database = database
        self._service = f"{INGEST}/{client_id}"

    def show(self, facts: Mapping[str, Any]) -> None:
        """Store a sign of life, with what the page of the system's state shows of this worker. Raises StorageError."""
        with self._database.transaction() as tx:
            show_life(tx, [Beat(self._service, facts=facts)])

    def end(self) -> None:
        """Say that the worker was told to stop."""
        try:
            with self._database.transaction() as tx:
                note_stop(tx, self._service)
        except StorageError as error:
            logger.warning("left without a word", extra={"action": "finish", "reason": str(error)})
