"""Which values may be shown as the present. A dead sensor never looks healthy, and missing is never zero.

Whether a device is there is decided in cityops.devices.presence; here only its values are held against that.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from cityops.clock import RIGHT_WITHIN
from cityops.devices.presence import LATE_AFTER, State, find_presence


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest arrival of a reading: by the clock of ingest, and when we first saw it there, by ours."""

    newest: datetime
    seen_at: datetime

    @property
    def at(self) -> datetime:
        """When it came at the latest: an ingest whose clock is ahead makes nothing young."""
        return min(self.newest, self.seen_at)


def find_arrival(latest: pd.DataFrame, before: Arrival | None, now: datetime) -> Arrival | None:
    """Return the newest arrival among these readings, which we may have seen before; None in an empty city."""
    if latest.empty:
        return None
    newest = latest["received_at"].max().to_pydatetime()
    return before if before is not None and before.newest == newest else Arrival(newest, now)


def sensors_now(sensors: pd.DataFrame, latest: pd.DataFrame, *, now: datetime) -> pd.DataFrame:
    """Return the sensors, which hold the facts of `presence_facts`, with what is known of them now.

    Adds: state, reason, since (see find_presence), time (of the newest reading, UTC, NaT when it never reported) and
    fresh (bool: whether it is online).
    """
    found = find_presence(sensors, now)
    found["time"] = latest.groupby("sensor_id")["time"].max().reindex(found["sensor_id"]).array
    return found.assign(fresh=found["state"] == State.ONLINE)


def values_now(latest: pd.DataFrame, sensors: pd.DataFrame, *, now: datetime) -> pd.DataFrame:
    """Return the usable newest values (quality good or not evaluated) of these sensors, as of sensors_now.

    Columns: sensor_id, metric, value, time, interval (seconds), district (where `sensors` has it), fresh (bool): its
    sensor is online and it is no older than that allows, by the device's clock without what that is known to be off.
    """
    columns = [name for name in ("sensor_id", "fresh", "interval_seconds", "clock_skew_seconds", "district")
               if name in sensors]  # fmt: skip
    found = latest.loc[latest["quality"] <= 2, ["sensor_id", "metric", "value", "time"]].merge(
        sensors[columns].rename(columns={"interval_seconds": "interval"}), on="sensor_id"
    )
    found["time"] = pd.to_datetime(found["time"], utc=True)
    limit = RIGHT_WITHIN.total_seconds()
    uncorrected = found["clock_skew_seconds"].fillna(0).clip(-limit, limit)  # the times are event times beyond that
    age = (pd.Timestamp(now) - found["time"]).dt.total_seconds() - uncorrected
    found["fresh"] &= age <= LATE_AFTER * found["interval"]
    return found.drop(columns=["clock_skew_seconds"])
