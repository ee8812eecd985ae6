"""The snapshot of the city that screens show, as one nested dictionary of plain values. Pure.

Nothing in it depends on the clock unless it changed: ages are counted in the browser from the times given
here, so that a quiet city costs a few bytes a second. No value is ever None (see `dashboard.live.merge_patch`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from dashboard.city import tiles
from dashboard.city.aggregates import Numbers, fold, weigh
from dashboard.city.freshness import Arrival, sensors_now, values_now
from dashboard.city.registry import Registry

WEATHER = (("temperature", "mean"), ("humidity", "mean"), ("wind_speed", "mean"), ("rain_rate", "high"))


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of sensors now, as of `sensors_now`, and their values, as of `values_now` and weighed."""

    sensors: pd.DataFrame
    values: pd.DataFrame


def find_present(
    registry: Registry,
    latest: pd.DataFrame,
    *,
    catalogue: Catalogue,
    now: datetime,
    sensors: pd.DataFrame | None = None,
) -> Present:
    """Return the present of these sensors; what is known of them may be that of a moment ago (`sensors`)."""
    places = registry.locator.locate(latest)
    if sensors is None:
        sensors = sensors_now(registry.sensors, latest, places, now=now)
    return Present(sensors, weigh(values_now(latest, places, sensors, now=now), catalogue=catalogue))


def draw_numbers(present: Present, *, catalogue: Catalogue) -> dict[str, Any]:
    """Return tiles and weather: what of a picture follows each reading, and costs little."""
    values = present.values
    weather = values["fresh"].to_numpy() & values["metric"].isin([metric for metric, _ in WEATHER]).to_numpy()
    return {
        "tiles": tiles.draw_tiles(values, catalogue),
        "weather": _weather(fold(values[weather], catalogue=catalogue), catalogue),
    }


def find_newest(registry: Registry, latest: pd.DataFrame, arrival: Arrival | None) -> dict[str, int]:
    """Return when the newest reading of these sensors was measured, and when it was received (ms); nothing before it.

    What was measured cannot be younger than its arrival: a device whose clock is ahead makes nothing young.
    """
    mine = registry.locator.locate(latest).position >= 0
    if arrival is None or not mine.any():
        return {}
    measured, received = (latest[name].to_numpy(dtype="datetime64[ms]")[mine] for name in ("time", "received_at"))
    newest = {"measured": np.minimum(measured, received).max(), "received": received.max()}
    return {name: min(int(moment.astype(np.int64)), milliseconds(arrival.at)) for name, moment in newest.items()}


def _weather(city: Numbers, catalogue: Catalogue) -> dict[str, str]:
    """What the top bar says; a quantity without a fresh value is absent."""
    found = {metric: getattr(city[metric], how) for metric, how in WEATHER if metric in city}
    return {metric: catalogue.metric[metric].format(value) for metric, value in found.items() if value is not None}
