"""Which values may be shown as the present. A dead sensor never looks healthy, and missing is never zero.

Whether a device is there is decided in cityops.devices.presence; here only its values are held against that.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cityops.clock import RIGHT_WITHIN, microseconds
from cityops.devices.presence import LATE_AFTER, DeviceState, find_presence
from dashboard.city.series_locator import SeriesPlaces

_NEVER = np.iinfo(np.int64).min  # NaT


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


def sensors_now(sensors: pd.DataFrame, latest: pd.DataFrame, places: SeriesPlaces, *, now: datetime) -> pd.DataFrame:
    """Return the sensors, which hold the facts of `presence_facts`, with what is known of them now.

    `places`: those of the newest readings `latest` among these sensors.
    Adds: state, reason, since (see find_presence), time (of the newest reading, UTC, NaT when it never reported) and
    fresh (bool: whether it is online).
    """
    found = find_presence(sensors, now)
    mine = places.position >= 0
    newest = np.full(len(found), _NEVER)
    np.maximum.at(newest, places.position[mine], _microseconds(latest["time"])[mine])
    times = pd.DatetimeIndex(newest.view("datetime64[us]")).tz_localize("UTC")
    return found.assign(time=times, fresh=found["state"] == DeviceState.ONLINE.value)


def values_now(latest: pd.DataFrame, places: SeriesPlaces, sensors: pd.DataFrame, *, now: datetime) -> pd.DataFrame:
    """Return the usable newest values (quality good or not evaluated) of these sensors, as of sensors_now.

    Columns: position (of the sensor), metric (a category), value, time, interval (seconds), fresh (bool): its sensor is
    online and it is no older than that allows, by the device's clock without what that is known to be off.
    """
    usable = (places.position >= 0) & (latest["quality"].to_numpy() <= 2)
    position, times = places.position[usable], _microseconds(latest["time"])[usable]
    limit = RIGHT_WITHIN.total_seconds()
    skew = sensors["clock_skew_seconds"].to_numpy(dtype=float)[position]
    uncorrected = np.clip(np.nan_to_num(skew), -limit, limit)  # the times are event times beyond that
    interval = sensors["interval_seconds"].to_numpy(dtype=float)[position]
    age = (microseconds(now) - times) / 1e6 - uncorrected
    return pd.DataFrame(
        {
            "position": position,
            "metric": places.metric[usable],
            "value": latest["value"].to_numpy()[usable],
            "time": pd.DatetimeIndex(times.view("datetime64[us]")).tz_localize("UTC"),
            "interval": interval,
            "fresh": sensors["fresh"].to_numpy()[position] & (age <= LATE_AFTER * interval),
        },
        copy=False,
    )


def _microseconds(times: pd.Series) -> NDArray[np.int64]:
    return times.to_numpy(dtype="datetime64[us]").view(np.int64)
