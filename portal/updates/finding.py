"""Which readings of open series are new, and the messages that tell them.

What a message holds is what HTTP gives at the same moment: the same views, the same drawing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from cityops.storage import Row, Transaction, load_queries
from portal.sensorthings.answers import BASE
from portal.sensorthings.drawing import Drawing
from portal.sensorthings.entity.entities import BY_SET, OBSERVATIONS
from portal.sensorthings.query.options import QueryOptions
from portal.sensorthings.sets import SetReader
from portal.store.open_data import limit_time

SQL = load_queries("portal")
DATASTREAMS = BY_SET["Datastreams"]
ROOT = BASE.removeprefix("/")
MOST = 2_000  # series of one look, and readings of it altogether; of each series the newest come first

Message = tuple[str, bytes]  # topic and payload


@dataclass(frozen=True, slots=True)
class Found:
    """Messages in the order in which they are told.

    `rest`: series that have something new, too, for the next look. `left_out`: series of which older readings are not
    told, because so much was new.
    """

    messages: Sequence[Message] = ()
    rest: frozenset[int] = frozenset()
    left_out: int = 0


class NewReadings:
    """Knows how far each series was told. `base`: the address of the service; `since`: what is older is not new."""

    def __init__(self, base: str, *, since: datetime) -> None:
        self._base = base
        self._since = since
        self._told: dict[int, datetime] = {}

    def look(self, tx: Transaction, series: Collection[int] | None, *, now: datetime) -> Found:
        """Return what is new of some series, None: of all; it counts as told. `now`: UTC. Raises StorageError."""
        limit_time(tx)
        newest = tx.rows(SQL["sta_newest"], series=None if series is None else list(series))
        fresh = [row["series_id"] for row in newest if row["time"] > self._told_until(row["series_id"])]
        fresh.sort(key=self._told_until)  # who waited longest
        chosen, rest = fresh[:MOST], frozenset(fresh[MOST:])
        if not chosen:
            return Found()
        each = MOST // len(chosen)
        after = [self._told_until(number) for number in chosen]
        found = tx.rows(SQL["sta_new_readings"], series=chosen, after=after, limit=each + 1)
        groups = [list(members) for _, members in groupby(found, key=itemgetter("series_id"))]
        rows = [row for group in groups for row in group[-each:]]
        sets = SetReader(tx, now=now)
        streams = sets.ones(DATASTREAMS, "series_id", chosen, QueryOptions())
        drawing = Drawing(sets, self._base)
        messages = [*_observations(drawing, rows), *_datastreams(drawing, list(streams.values()))]
        self._told.update((group[-1]["series_id"], group[-1]["time"]) for group in groups)
        return Found(messages, rest, sum(len(group) > each for group in groups))

    def _told_until(self, series: int) -> datetime:
        return self._told.get(series, self._since)


def _observations(drawing: Drawing, rows: Sequence[Row]) -> list[Message]:
    messages = list[Message]()
    for row, drawn in zip(rows, drawing.entities(OBSERVATIONS, rows, QueryOptions()), strict=True):
        stream = DATASTREAMS.address_of(row["series_id"])
        messages += [(f"{ROOT}/{stream}/Observations", drawn), (f"{ROOT}/Observations", drawn)]
    return messages


def _datastreams(drawing: Drawing, rows: Sequence[Row]) -> list[Message]:
    """Return the series themselves, whose time reaches further now."""
    drawn = drawing.entities(DATASTREAMS, rows, QueryOptions())
    return [(f"{ROOT}/{DATASTREAMS.address_of(row['series_id'])}", one) for row, one in zip(rows, drawn, strict=True)]
