"""How old a value may be. A dead sensor never looks healthy, and missing is never zero."""

from datetime import datetime

import pandas as pd

from cityops.catalogue import Catalogue

STALE_AFTER = 3  # report intervals of the kind


def is_stale(age: float, interval: float) -> bool:
    """Whether a value of this age (seconds) is too old for a kind that reports every `interval` seconds."""
    return age > STALE_AFTER * interval


def sensors_now(sensors: pd.DataFrame, latest: pd.DataFrame, *, catalogue: Catalogue, now: datetime) -> pd.DataFrame:
    """Return the sensors with what is known of them now.

    Adds: interval (seconds), time (of the newest reading, UTC, NaT when it never reported), age (seconds,
    NaN when never) and fresh (bool; false also where the device said that it is offline).
    """
    found = sensors.copy()
    heard = latest.groupby("sensor_id")["time"].max()
    intervals = {name: kind.interval for name, kind in catalogue.kind.items()}
    found["interval"] = found["kind"].map(intervals).fillna(60.0).astype(float)
    found["time"] = heard.reindex(found["sensor_id"]).array
    found["age"] = (pd.Timestamp(now) - found["time"]).dt.total_seconds()
    found["fresh"] = (found["age"] <= STALE_AFTER * found["interval"]) & (found["status"] != "offline")
    return found


def values_now(latest: pd.DataFrame, sensors: pd.DataFrame, *, now: datetime) -> pd.DataFrame:
    """Return the usable newest values (quality good or not evaluated) of these sensors.

    Columns: sensor_id, metric, value, time, interval (seconds), district (where `sensors` has it), fresh (bool).
    """
    columns = [name for name in ("sensor_id", "interval", "status", "district") if name in sensors]
    found = latest.loc[latest["quality"] <= 2, ["sensor_id", "metric", "value", "time"]].merge(
        sensors[columns], on="sensor_id"
    )
    found["time"] = pd.to_datetime(found["time"], utc=True)
    age = (pd.Timestamp(now) - found["time"]).dt.total_seconds()
    found["fresh"] = (age <= STALE_AFTER * found["interval"]) & (found["status"] != "offline")
    return found.drop(columns=["status"])
