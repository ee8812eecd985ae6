"""The timed jobs of what the city shares, which `cityops watch` runs with its own."""

from datetime import datetime
from functools import partial

from alerts.watch.jobs import Job
from cityops.catalogue import Catalogue, read_catalogue
from cityops.settings import Settings
from cityops.storage import Database, load_queries
from sharing.datasets.store import decide_demo_sets, seed_data_sets

SQL = load_queries("sharing")
SETS_EVERY = 3600.0  # seconds; a new kind comes with a new start, and the first round with that


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of what the city shares. Raises CatalogueError."""
    catalogue = read_catalogue(settings)
    return [Job("data-sets", SETS_EVERY, partial(tend_sets, database, catalogue=catalogue, demo=settings.demo))]


def tend_sets(database: Database, now: datetime, *, catalogue: Catalogue, demo: bool) -> bool:
    """Bring the sets of the kinds in use, undecided; a demo decides by itself. False: another program does it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_data_sets"]):
            return False
        seed_data_sets(tx, catalogue)
        if demo:
            decide_demo_sets(tx, catalogue, now=now)
    return True
