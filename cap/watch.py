"""The timed job of public warnings, which `cityops watch` runs with its own."""

import logging
from datetime import datetime

from alerts.watch.jobs import Job
from cap.demo import let_all_out
from cap.errors import IssuerUnusable
from cap.issuer import load_cap_file
from cap.messages.signatures import Signer
from cap.store.issuing import Desk, tend_warnings
from cityops.settings import Settings
from cityops.storage import Database

EVERY = 5.0  # seconds
logger = logging.getLogger(__name__)


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the job of warnings; none where nobody said who issues them (CITYOPS_CAP_FILE)."""
    if settings.cap_file is None:
        return []
    return [Job("warnings", EVERY, Warnings(database, settings).tend)]


class Warnings:
    """Says what is to be said. What is wrong with the file or the key fails each round, so the room hears of it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._desk: Desk | None = None

    def tend(self, now: datetime) -> bool:
        """Do one round. False: another program does it. Raises IssuerUnusable and StorageError."""
        desk = self._desk = self._desk or open_desk(self._settings)
        if desk is None:
            return True
        with self._database.transaction() as tx:
            if self._settings.demo:
                let_all_out(tx, now=now)
            return tend_warnings(tx, desk, now)


def open_desk(settings: Settings) -> Desk | None:
    """Return who issues, with the key; None where the file names nobody. Raises IssuerUnusable."""
    said = load_cap_file(settings.cap_file)
    if said.issuer is None:
        return None
    key = settings.find_cap_key()
    if key is None or settings.cap_certificate is None:
        missing = "CITYOPS_CAP_KEY" if key is None else "CITYOPS_CAP_CERTIFICATE"
        raise IssuerUnusable(f"{missing} is not set, so nothing goes out. `cityops cap make-key` makes both.")
    # What is simulated is an exercise, whatever else is set: it must never look actual to anybody.
    return Desk(
        said.issuer,
        Signer(key, settings.cap_certificate),
        settings.zone,
        is_exercise=settings.demo,
        national=said.national,
    )
