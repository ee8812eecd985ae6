"""The jobs of `cityops watch` that keep the audit chain honest: its end is noted outside of the database once a day."""

from datetime import datetime
from functools import partial
from pathlib import Path

from alerts.watch.jobs import Job
from cityops.operations.anchor_file import anchor_chain, is_due, read_anchors
from cityops.settings import Settings
from cityops.storage import Database, load_queries
from sharing.evidence import witness_job

SQL = load_queries("sharing")
EVERY = 600.0  # seconds; the first round of a day does it


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs: noting it in a file, having another city sign it, as they are set. Raises WitnessUnusable."""
    path = settings.anchor_file
    noting = [] if path is None else [Job("anchors", EVERY, partial(tend_anchors, database, path=path))]
    return [*noting, *witness_job.jobs(database, settings)]


def tend_anchors(database: Database, now: datetime, *, path: Path) -> bool:
    """Note the end of the chain, once a day (UTC). False: another program does it. Raises as `anchor_chain`."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_anchors"]):
            return False
        if is_due(read_anchors(path), now):
            anchor_chain(tx, path, now)
    return True
