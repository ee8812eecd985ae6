"""The city as layers of a map: sensors with what they say now, areas with their numbers, alerts. Pure."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import geopandas
import pandas as pd
from geopandas import GeoDataFrame
from shapely.geometry import shape

from alerts.board.open_alert import OpenAlert
from cityops.areas import ancestors
from cityops.catalogue import Catalogue
from cityops.devices.presence import DEAD
from dashboard.city.aggregates import fold_by, weigh
from dashboard.city.freshness import sensors_now, values_now
from dashboard.city.registry import WGS84, Registry


def sensor_layer(registry: Registry, latest: pd.DataFrame, *, catalogue: Catalogue, now: datetime) -> GeoDataFrame:
    """Return a point for each sensor, with its online state and its newest usable values.

    Columns: sensor, name, kind, domain, area (text); state, reason; metric, value, unit, fresh of the headline of its
    kind, time (UTC) of its newest reading; `readings`, all its values as a JSON object by metric.
    """
    places = registry.locator.locate(latest)
    sensors = sensors_now(registry.sensors, latest, places, now=now)
    values = values_now(latest, places, sensors, now=now)
    said = {
        position: dict(zip(rows["metric"], rows["value"], strict=True)) for position, rows in values.groupby("position")
    }
    kinds = [catalogue.kind.get(kind) for kind in sensors["kind"]]
    heads = [kind.headline if kind else None for kind in kinds]
    ids = sensors["sensor_id"].tolist()
    layer = pd.DataFrame(
        {
            "sensor": ids,
            "name": sensors["name"].tolist(),
            "kind": sensors["kind"].tolist(),
            "domain": sensors["domain"].tolist(),
            "area": sensors["area_code"].tolist(),
            "state": [str(state) for state in sensors["state"]],
            "reason": [str(reason) for reason in sensors["reason"]],
            "metric": heads,
            "value": pd.array([said.get(position, {}).get(head) for position, head in enumerate(heads)], "Float64"),
            "unit": [catalogue.metric[kind.headline].unit if kind else None for kind in kinds],
            "fresh": sensors["fresh"].tolist(),
            "time": pd.to_datetime(sensors["time"], utc=True).array,
            "readings": [json.dumps(said.get(position, {})) for position in range(len(ids))],
        }
    )
    layer["value"] = layer["value"].astype("float64")
    return _points(layer, sensors["lon"].tolist(), sensors["lat"].tolist())


def area_layer(
    registry: Registry, latest: pd.DataFrame, *, metrics: Sequence[str], catalogue: Catalogue, now: datetime
) -> GeoDataFrame:
    """Return each area that has a shape, with the numbers of the sensors in it and in the areas below it.

    Columns: area, name, name_en, level, parent; sensors, online, dead (counts); of each metric that is asked for
    `<metric>` (the mean of fresh values, as the metric is meant to be averaged) and `<metric>_sensors`.
    """
    places = registry.locator.locate(latest)
    sensors = sensors_now(registry.sensors, latest, places, now=now)
    inside = _areas_of(sensors, registry)
    states = inside.join(sensors[["sensor_id", "state", "fresh"]], on="position")
    counts = states.assign(dead=states["state"].isin([str(state) for state in DEAD])).groupby("area")
    rows = counts.agg(sensors=("sensor_id", "size"), online=("fresh", "sum"), dead=("dead", "sum"))
    values = values_now(latest, places, sensors, now=now)
    weighed = weigh(values[values["fresh"]], catalogue=catalogue)
    fresh = weighed[weighed["metric"].isin(metrics)].merge(inside, on="position")
    means = fold_by(fresh, "area", catalogue=catalogue)
    shaped = [area for area in registry.areas.values() if area.geometry]
    layer = pd.DataFrame(
        {
            "area": [area.code for area in shaped],
            "name": [area.name for area in shaped],
            "name_en": [area.name_en for area in shaped],
            "level": [area.level.value for area in shaped],
            "parent": [area.parent or "" for area in shaped],
        }
    )
    for name in ("sensors", "online", "dead"):
        layer[name] = layer["area"].map(rows[name]).fillna(0).astype("int64")
    for metric in metrics:
        by_area = {code: numbers[metric].mean for code, numbers in means.items() if metric in numbers}
        layer[metric] = layer["area"].map(by_area).astype("float64")
        heard = fresh[fresh["metric"] == metric].groupby("area").size()
        layer[f"{metric}_sensors"] = layer["area"].map(heard).fillna(0).astype("int64")
    return GeoDataFrame(layer, geometry=[shape(area.geometry) for area in shaped if area.geometry], crs=WGS84)


def alert_layer(alerts: Iterable[OpenAlert]) -> GeoDataFrame:
    """Return a point for each open alert, in the one order of alerts. Times are UTC."""
    listed = list(alerts)
    columns = ("alert_id", "rule_id", "title_zh", "title_en", "severity", "sensor_id", "sensor_name", "area_code",
               "domain", "kind", "metric", "unit", "value", "acknowledged_by", "department")  # fmt: skip
    layer = pd.DataFrame({name: [getattr(alert, name) for alert in listed] for name in columns})
    layer["value"] = layer["value"].astype("float64")
    layer["state"] = [alert.state.value for alert in listed]
    layer["waiting"] = [alert.is_waiting for alert in listed]
    layer["stale"] = [alert.is_stale for alert in listed]
    layer["opened_at"] = pd.to_datetime([alert.opened_at for alert in listed], utc=True)
    return _points(layer, [alert.lon for alert in listed], [alert.lat for alert in listed])


def _areas_of(sensors: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Return pairs of position (of a sensor) and area: the one that the sensor names, and all above it."""
    chains = {code: [code, *ancestors(registry.areas, code)] for code in sensors["area_code"].unique()}
    pairs = pd.DataFrame({"position": range(len(sensors)), "area": sensors["area_code"].map(chains).to_numpy()})
    return pairs.explode("area", ignore_index=True)


def _points(layer: pd.DataFrame, lons: list[float], lats: list[float]) -> GeoDataFrame:
    return GeoDataFrame(layer, geometry=geopandas.points_from_xy(lons, lats), crs=WGS84)
