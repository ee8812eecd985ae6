"""The loss ledger in the database, and the online state that is derived from it."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cityops.devices.presence import SILENT_AFTER, find_presence
from cityops.devices.presence import TIMES as PRESENCE_TIMES
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

if TYPE_CHECKING:
    import pandas as pd

SQL = load_queries("cityops.storage")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_FLOATS = ("interval_seconds", "clock_skew_seconds")
_FACTS = {"sensor_id": "object", "status": "object"} | dict.fromkeys([*PRESENCE_TIMES, *_FLOATS], "float64")
NOBODY = ""  # the entry for dead letters of senders that are not registered


@dataclass(frozen=True, slots=True)
class Entries:
    """What a batch adds to the ledger, one entry a device. Times are microseconds since 1970, UTC.

    A run is a span of sequence numbers; where `run_seen` is 0, no report had a number and the others are void.
    """

    sensor_id: list[str]
    received: Ints  # readings
    stored: Ints  # readings that were new
    dead_lettered: Ints  # messages
    resent: Ints  # reports of which no reading was new
    restarts: Ints  # how often the device counted anew within the batch
    missing: Ints  # reports missing in the runs of the batch that are over
    run_first: Ints
    run_last: Ints
    run_seen: Ints
    run_from: Ints  # device time of the run's oldest report
    run_until: Ints
    heard_at: Ints  # arrival of the newest report; 0 where there is none
    interval_seconds: Floats  # learned; NaN while not known
    clock_skew_seconds: Floats


@dataclass(frozen=True, slots=True)
class Totals:
    """The ledger of the whole city. Readings: received = stored + duplicate."""

    received: int
    stored: int
    duplicate: int
    dead_lettered: int  # messages
    resent: int  # reports
    missing: int  # reports
    restarts: int


def add_to_ledger(tx: Transaction, entries: Entries, now: datetime) -> None:
    """Add a batch's entries, in the transaction of the batch: no device may come twice."""
    if entries.sensor_id:
        columns = {column.name: _array(getattr(entries, column.name)) for column in fields(entries)}
        tx.execute(SQL["add_to_ledger"], silence=SILENT_AFTER, now=now, **columns)


def ledger_frame(tx: Transaction) -> "pd.DataFrame":
    """Return the ledger, one row a device that ever sent something.

    Columns: sensor_id ("" for senders that are not registered), received, stored, duplicate (readings),
    dead_lettered (messages), resent, missing (reports), restarts (of its counter), last_seq, heard_at (arrival
    of its newest report, UTC), interval_seconds (learned), clock_skew_seconds (arrival minus device time).
    """
    frame = tx.frame(SQL["ledger_frame"]).astype(dict.fromkeys(_FLOATS, "float64"))
    return frame.astype({column.name: "int64" for column in fields(Totals)})


def ledger_totals(tx: Transaction) -> Totals:
    """Return the sums over all devices."""
    return Totals(**(tx.row(SQL["ledger_totals"]) or {}))


def presence_facts(tx: Transaction) -> "pd.DataFrame":
    """Return what the online state of every registered sensor is made of; it holds at any moment, see find_presence.

    Columns: sensor_id, status (unknown, online, offline), status_at, registered_at, heard_at, reporting_since
    (UTC, NaT where never), interval_seconds, clock_skew_seconds (arrival minus device time; NaN while not known).
    """
    return _read_facts(tx, None)


def update_facts(
    tx: Transaction, facts: "pd.DataFrame", places: "pd.Index[str]", sensors: Collection[str]
) -> "tuple[pd.DataFrame, pd.Index[str]]":
    """Return presence_facts after reading these sensors only; all others are as they were, and in their order.

    `places`: the index of the facts' `sensor_id`. It comes back with them, the same one where no row came or went.
    """
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    if not sensors:
        return facts, places
    found = _read_facts(tx, sorted(sensors))
    rows = places.get_indexer(pd.Index(found["sensor_id"]))
    known = rows >= 0
    kept = facts.copy()
    kept.iloc[rows[known]] = found[known]
    gone = places.isin(frozenset(sensors).difference(found["sensor_id"]))
    if known.all() and not gone.any():
        return kept, places
    kept = pd.concat([kept[~gone], found[~known]], ignore_index=True) if not known.all() else kept[~gone]
    return kept, pd.Index(kept["sensor_id"])


def presence_frame(tx: Transaction, now: datetime) -> "pd.DataFrame":
    """Return presence_facts with state (presence.State), reason (presence.Reason), both as texts, and since (UTC)."""
    return find_presence(presence_facts(tx), now).astype({"state": "str", "reason": "str"})


def _read_facts(tx: Transaction, sensors: list[str] | None) -> "pd.DataFrame":
    facts = tx.frame(SQL["presence_facts"], types=_FACTS, sensors=sensors)
    return facts.assign(**{name: _moments(facts[name]) for name in PRESENCE_TIMES})


def _moments(microseconds: "pd.Series") -> "pd.DatetimeIndex":
    import pandas as pd  # noqa: PLC0415  (half a second that a program without frames need not wait)

    known = microseconds.notna().to_numpy()
    times = np.where(
        known, microseconds.fillna(0).to_numpy().astype(np.int64).astype("datetime64[us]"), np.datetime64("NaT")
    )
    return pd.DatetimeIndex(times.astype("datetime64[us]")).tz_localize("UTC")


def _array(column: list[str] | NDArray[np.generic]) -> str:
    """Return PostgreSQL's text of an array: adapting each value by itself would take ten times as long."""
    if isinstance(column, list):
        return '{"' + '","'.join(column) + '"}'  # a sensor id has no character that needs more
    return "{" + str(column.tolist())[1:-1] + "}"
