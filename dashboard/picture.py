"""The picture of the city that screens show, as one nested dictionary of plain values. Pure.

Nothing in it depends on the clock unless it changed: ages are counted in the browser from the times given
here, so that a quiet city costs a few bytes a second. No value is ever None (see `difference`).
"""

from datetime import datetime
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard import tiles
from dashboard.alert_rows import alert_rows, milliseconds
from dashboard.freshness import sensors_now, values_now
from dashboard.look import SEVERITIES, State
from dashboard.means import mean_of
from dashboard.registry import Registry

RANKED = "pm25"  # the districts are ranked, and shaded on the map, by the mean of this
BESIDE = "speed"


def draw_picture(
    registry: Registry, latest: pd.DataFrame, *, alerts: pd.DataFrame, catalogue: Catalogue, now: datetime
) -> dict[str, Any]:
    """Return the present of a city: alerts, counts, tiles, online, ranking, states of the sensors by position."""
    mine = latest[latest["sensor_id"].isin(registry.sensors["sensor_id"])]
    sensors = sensors_now(registry.sensors, mine, catalogue=catalogue, now=now)
    values = values_now(mine, sensors, now=now)
    picture: dict[str, Any] = {
        "base": registry.base,
        "alerts": alert_rows(alerts, registry=registry, catalogue=catalogue),
        "counts": _counts(alerts),
        "tiles": _tiles(values, catalogue),
        "online": _online(sensors),
        "ranking": _ranking(registry, sensors, values, alerts, catalogue),
        "states": _states(sensors, alerts),
    }
    if len(mine):
        picture["measured"] = milliseconds(mine["time"].max())
        picture["received"] = milliseconds(mine["received_at"].max())
    return picture


def _counts(alerts: pd.DataFrame) -> dict[str, dict[str, int]]:
    return {
        str(int(severity)): {
            "open": int((alerts["severity"] == severity).sum()),
            "waiting": int(((alerts["severity"] == severity) & ~alerts["acknowledged"].astype(bool)).sum()),
        }
        for severity in SEVERITIES
    }


def _tiles(values: pd.DataFrame, catalogue: Catalogue) -> dict[str, Any]:
    drawn = {tile.metric: tiles.draw_tile(values, tile, catalogue=catalogue) for tile in tiles.TILES}
    return {metric: tile for metric, tile in drawn.items() if tile is not None}


def _online(sensors: pd.DataFrame) -> dict[str, dict[str, int]]:
    counts = {
        str(domain): {"up": int(group["fresh"].sum()), "all": len(group)} for domain, group in sensors.groupby("domain")
    }
    return {**counts, "all": {"up": int(sensors["fresh"].sum()), "all": len(sensors)}}


def _states(sensors: pd.DataFrame, alerts: pd.DataFrame) -> dict[str, int]:
    """A sensor that is silent is grey, even while its alert is open: the ring around it keeps the severity."""
    active = alerts[alerts["active"].astype(bool)]
    worst = active.groupby("sensor_id")["severity"].min() if len(active) else pd.Series(dtype=int)
    states = sensors["sensor_id"].map(worst).fillna(int(State.NORMAL)).astype(int)
    states = states.where(sensors["fresh"], int(State.STALE))
    return {str(position): int(state) for position, state in enumerate(states)}


def _ranking(
    registry: Registry, sensors: pd.DataFrame, values: pd.DataFrame, alerts: pd.DataFrame, catalogue: Catalogue
) -> dict[str, dict[str, Any]]:
    open_by_district = alerts["sensor_id"].map(sensors.set_index("sensor_id")["district"]).value_counts()
    means = {metric: _district_means(values, metric, catalogue) for metric in (RANKED, BESIDE)}
    groups = sensors.groupby("district")["fresh"].agg(["sum", "size"])
    rows: dict[str, dict[str, Any]] = {}
    for code, up, size in groups.itertuples():
        area = registry.areas[code]
        rows[code] = {
            "zh": area.name,
            "en": area.name_en or area.name,
            "alerts": int(open_by_district.get(code, 0)),
            "up": int(up),
            "all": int(size),
            **{metric: found[code] for metric, found in means.items() if code in found},
        }
    return rows


def _district_means(values: pd.DataFrame, metric: str, catalogue: Catalogue) -> dict[str, float]:
    fresh = values[values["fresh"] & (values["metric"] == metric)]
    means = {
        str(code): mean_of(group.to_numpy(), catalogue.metric[metric].mean)
        for code, group in fresh.groupby("district")["value"]
    }
    return {code: round(mean, 1) for code, mean in means.items() if mean is not None}
