"""Taking what is new of a source of warnings: each message in a transaction of its own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shapely.geometry.base import BaseGeometry

from cap.errors import FeedUnusable
from cap.incoming.fetching import shown
from cap.incoming.judging import Believed, Doubted
from cap.incoming.sources import Source
from cap.messages.signatures import Pinned
from cap.store.receiving import SQL, KeptMessage, read_outlines, receive
from cityops.clock import utc_now
from cityops.storage import Database, StorageError
from cityops.storage.operations.job_failures import describe_failure

ROUND = 60.0  # seconds for one look at a source; what is more comes with the next
FORGET_AFTER = timedelta(days=1)  # a feed that nobody asked since


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a source brought: what is new, believed or not, and in words what failed."""

    believed: list[Believed] = field(default_factory=list)
    doubted: list[tuple[str, Doubted]] = field(default_factory=list)  # where it lies, and why not
    problems: list[str] = field(default_factory=list)


def take_new(database: Database, source: Source, pinned: Pinned) -> Look:
    """Keep what is new. One message that fails keeps no other waiting. Raises StorageError."""
    look, until = Look(), time.monotonic() + ROUND
    outlines = None
    try:
        for found in source.read():
            if isinstance(found, FeedUnusable):
                look.problems.append(str(found))
            else:
                where, content = found
                if outlines is None:
                    with database.transaction() as tx:
                        outlines = read_outlines(tx)
                kept = _keep(database, source, where, content, pinned, outlines, look)
                source.note(where, settled=kept is not None and isinstance(kept.found, Believed))
            if time.monotonic() > until:
                break
    except FeedUnusable as error:
        look.problems.append(str(error))
    return look


def _keep(
    database: Database,
    source: Source,
    where: str,
    content: bytes,
    pinned: Pinned,
    outlines: Mapping[str, BaseGeometry],
    look: Look,
) -> KeptMessage | None:
    """Judge and keep a message; None where that fails, which is told."""
    try:
        with database.transaction() as tx:
            named = f"{source.name} {shown(where)}"[:400]
            kept = receive(tx, content, pinned, outlines, source=named, now=utc_now())
    except Exception as error:
        if isinstance(error, StorageError) and error.retryable:
            raise
        look.problems.append(f"{shown(where)} cannot be kept: {describe_failure(error)}")
        return None
    if kept.is_new and isinstance(kept.found, Believed):
        look.believed.append(kept.found)
    elif kept.is_new and isinstance(kept.found, Doubted):
        look.doubted.append((shown(where), kept.found))
    return kept


def note_look(database: Database, source: Source, look: Look, *, now: datetime) -> datetime | None:
    """Keep how a look went. Return when the source was last read without a problem; None: never.

    Raises StorageError.
    """
    with database.transaction() as tx:
        tx.execute(SQL["forget_feeds"], before=now - FORGET_AFTER)
        problem = look.problems[0][:500] if look.problems else ""
        read_at: datetime | None = tx.value(SQL["note_feed"], name=source.name, problem=problem, now=now)
    return read_at
