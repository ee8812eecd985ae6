"""The timed jobs of what the city shares, which `cityops watch` runs with its own."""

from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.watch.jobs import Job
from cityops.catalogue import Catalogue, read_catalogue
from cityops.settings import Settings
from cityops.storage import Database, load_queries
from sharing.datasets.quality import count_missing_days
from sharing.datasets.store import decide_demo_sets, seed_data_sets
from sharing.departments.demo import share_in_demo
from sharing.departments.keys import read_keys
from sharing.departments.late import forget_late
from sharing.departments.push import make_deliveries, seal_secrets, send_all
from sharing.departments.usage import forget_reads
from sharing.files.making import tend_files
from sharing.files.one_file import FileShelf

SQL = load_queries("sharing")
SETS_EVERY = 3600.0  # seconds; a new kind comes with a new start, and the first round with that
QUALITY_EVERY = 300.0  # seconds
QUALITY_WITHIN = 600.0  # seconds that the days of a round may take
FILES_EVERY = 60.0  # seconds
FILES_WITHIN = 1800.0  # seconds that the largest file may take
DEMO_EVERY = 60.0  # seconds, until the people of the demo are there
PUSH_EVERY = 2.0  # seconds
SENDERS = 4  # receivers that may be slow at once before one waits for another
SENDING_WITHIN = 120.0  # seconds
SEAL_EVERY = 300.0  # seconds: another key comes with a new start, and the first round with that
FORGET_EVERY = 3600.0  # seconds
FORGETTING_WITHIN = 600.0  # seconds
DAYS_AT_ONCE = 2  # a day is one look at all its readings: others want the disk too


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of what the city shares. Raises CatalogueError."""
    catalogue = read_catalogue(settings)
    found = [
        Job("data-sets", SETS_EVERY, partial(tend_sets, database, catalogue=catalogue, demo=settings.demo)),
        Job("data-quality", QUALITY_EVERY, partial(count_quality, database, zone=settings.zone), QUALITY_WITHIN),
    ]
    found.append(Job("share-push", PUSH_EVERY, partial(make_deliveries, database)))
    keys = read_keys(settings.find_share_key())
    if keys is not None:
        found.append(Job("share-seals", SEAL_EVERY, partial(seal_secrets, database, keys=keys)))
    send = partial(send_all, database, settings.share_inner_hosts or (), keys=keys)
    found += [Job(f"share-send-{number}", PUSH_EVERY, send, SENDING_WITHIN) for number in range(SENDERS)]
    found.append(Job("share-late", FORGET_EVERY, partial(forget_late, database)))
    if settings.share_reads_age is not None:
        forget = partial(forget_reads, database, age=settings.share_reads_age, zone=settings.zone)
        found.append(Job("share-reads", FORGET_EVERY, forget, FORGETTING_WITHIN))
    if settings.demo:
        found.append(Job("share-demo", DEMO_EVERY, partial(share_in_demo, database)))
    if settings.open_files_dir is not None:
        shelf = shelf_of(settings, settings.open_files_dir)
        found.append(Job("data-files", FILES_EVERY, partial(tend_files, database, shelf=shelf), FILES_WITHIN))
    return found


def shelf_of(settings: Settings, folder: Path) -> FileShelf:
    """Return where files are kept, and for how long."""
    return FileShelf(folder, settings.zone, settings.open_files_days, settings.open_files_floor)


def tend_sets(database: Database, now: datetime, *, catalogue: Catalogue, demo: bool) -> bool:
    """Bring the sets of the kinds in use, undecided; a demo decides by itself. False: another program does it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_data_sets"]):
            return False
        seed_data_sets(tx, catalogue)
        if demo:
            decide_demo_sets(tx, catalogue, now=now)
    return True


def count_quality(database: Database, now: datetime, *, zone: ZoneInfo) -> bool:
    """Count the quality of days that are closed, a few a round. False: another program does it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_data_quality"]):
            return False
        count_missing_days(tx, zone=zone, now=now, most=DAYS_AT_ONCE)
    return True
