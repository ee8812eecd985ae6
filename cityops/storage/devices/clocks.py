"""The clocks of devices in the database: rows of the ledger, kept beside its counts.

Spans are microseconds, times microseconds since 1970 UTC, as in ingest; the table has intervals and timestamps.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.clock import from_microseconds, microseconds
from cityops.storage.database import Transaction
from cityops.storage.queries import load_queries

SQL = load_queries("cityops.storage")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """What the ledger knows of one device's clock; migrations 0022 and 0097 explain the columns."""

    sensor_id: str
    correction: int
    set_at: int | None
    shift: int
    placed: int | None
    doubt_time: int | None
    doubt_at: int | None
    is_erratic: bool


def load_clocks(tx: Transaction, sensor_ids: Collection[str]) -> list[ClockRow]:
    """Return the clocks of those of these devices that are, or once were, not simply right."""
    return [
        ClockRow(
            row["sensor_id"],
            row["clock_correction"] // _MICROSECOND,
            _moment(row["clock_set_at"]),
            0,
            None if row["clock_placed"] is None else row["clock_placed"] // _MICROSECOND,
            _moment(row["doubt_time"]),
            _moment(row["doubt_at"]),
            row["is_erratic"],
        )
        for row in tx.rows(SQL["clocks_of"], sensors=list(sensor_ids))
    ]


def store_clocks(tx: Transaction, clocks: Collection[ClockRow]) -> None:
    """Store what was learned, in the transaction of the reports that taught it."""
    if clocks:
        tx.execute(
            SQL["store_clocks"],
            sensor_id=[clock.sensor_id for clock in clocks],
            correction=[clock.correction * _MICROSECOND for clock in clocks],
            shift=[clock.shift * _MICROSECOND for clock in clocks],
            placed=[None if clock.placed is None else clock.placed * _MICROSECOND for clock in clocks],
            set_at=[_stamp(clock.set_at) for clock in clocks],
            doubt_time=[_stamp(clock.doubt_time) for clock in clocks],
            doubt_at=[_stamp(clock.doubt_at) for clock in clocks],
            is_erratic=[clock.is_erratic for clock in clocks],
        )


def _moment(stamp: datetime | None) -> int | None:
    return None if stamp is None else microseconds(stamp)


def _stamp(moment: int | None) -> datetime | None:
    return None if moment is None else from_microseconds(moment)
