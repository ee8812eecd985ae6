"""What is known of all devices at one moment, joined: the ledger, the online states and the newest readings."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from cityops.devices.presence import DeviceState
from cityops.storage import Database
from cityops.storage.devices.ledger import Totals, ledger_frame, ledger_totals, presence_frame
from cityops.storage.devices.registry import sensor_frame
from cityops.storage.messages.brokers import BrokerDrops, broker_drops
from cityops.storage.readings.latest import latest_frame

WORST_FIRST = (
    DeviceState.CONTRADICTORY,
    DeviceState.SILENT,
    DeviceState.NEVER_REPORTED,
    DeviceState.LATE,
    DeviceState.ONLINE,
)


@dataclass(frozen=True, slots=True)
class Totality:
    """The sums of the strip. `states` counts devices by their online state."""

    ledger: Totals
    drops: list[BrokerDrops]
    states: dict[str, int]


def read_totality(database: Database, now: datetime) -> Totality:
    """Return the sums. Raises StorageError."""
    with database.transaction() as tx:
        states = presence_frame(tx, now)["state"].value_counts()
        counts = {str(state): int(count) for state, count in states.items()}
        return Totality(ledger_totals(tx), broker_drops(tx), counts)


def read_ledger(database: Database) -> pd.DataFrame:
    """Return ledger_frame with the sensors' `name` and `kind`, those with losses first. Raises StorageError."""
    with database.transaction() as tx:
        ledger, names = ledger_frame(tx), _names(sensor_frame(tx))
    return ledger.merge(names, on="sensor_id", how="left").sort_values(
        ["missing", "dead_lettered", "resent", "sensor_id"], ascending=[False, False, False, True]
    )


def read_presence(database: Database, now: datetime) -> pd.DataFrame:
    """Return presence_frame with `name`, the doubtful first. Raises StorageError."""
    with database.transaction() as tx:
        presence, names = presence_frame(tx, now), _names(sensor_frame(tx))
    rank = presence["state"].map({state: rank for rank, state in enumerate(WORST_FIRST)})
    return presence.assign(rank=rank).merge(names, on="sensor_id").sort_values(["rank", "since"])


def read_quality(database: Database) -> pd.DataFrame:
    """Return latest_frame of the series whose newest reading is suspect or bad, with `name`. Raises StorageError."""
    with database.transaction() as tx:
        latest, names = latest_frame(tx), _names(sensor_frame(tx))
    doubtful = latest[latest["quality"].isin((3, 4))]
    return doubtful.merge(names, on="sensor_id").sort_values(["quality", "time"], ascending=False)


def _names(sensors: pd.DataFrame) -> pd.DataFrame:
    return sensors[["sensor_id", "name", "kind"]]
