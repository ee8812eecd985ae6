"""Sensors as rows for the list and the API: what they are, how they are, what they said last."""

from datetime import datetime
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from cityops.names import rank_names, search_key
from dashboard.city.freshness import sensors_now
from dashboard.city.registry import Registry

RETIRED = "retired"  # beside the states of cityops.devices.presence: of these nothing is expected any more


def sensor_rows(
    registry: Registry, latest: pd.DataFrame, *, catalogue: Catalogue, now: datetime, language: str
) -> list[dict[str, Any]]:
    """Return one plain row for each sensor, in the order of their names. Times are ms since 1970.

    `status` and `reason` are those of cityops.devices.presence, or RETIRED and why. `search` is the `search_key`
    in which a search looks; `name_order`, `kind_order` and `place_order` are places in the order of names.
    """
    sensors = sensors_now(registry.sensors, latest, registry.locator.locate(latest), now=now)
    values = {
        (sensor, metric): value
        for sensor, metric, value in zip(latest["sensor_id"], latest["metric"], latest["value"], strict=True)
    }
    places = {code: registry.place(code, language) or code for code in sensors["area_code"].unique()}
    rows = [_row(sensor, values, places, catalogue, language) for sensor in sensors.to_dict("records")]
    for field in ("name", "kind", "place"):
        order = rank_names(row[field] for row in rows)
        for row in rows:
            row[f"{field}_order"] = order[row[field]]
    return sorted(rows, key=lambda row: (row["name_order"], row["id"]))


def _standing(sensor: dict[Any, Any]) -> dict[str, Any]:
    """Return status, reason and since (ms): those of its presence, or that it is retired."""
    if pd.notna(sensor["retired_at"]):
        status, reason, since = RETIRED, sensor["retired_reason"], sensor["retired_at"]
    else:
        status, reason, since = sensor["state"], sensor["reason"], sensor["since"]
    return {"status": status, "reason": reason, "since": None if pd.isna(since) else milliseconds(since)}


def _row(
    sensor: dict[Any, Any],
    values: dict[tuple[str, str], float],
    places: dict[str, str],
    catalogue: Catalogue,
    language: str,
) -> dict[str, Any]:
    kind = catalogue.kind.get(sensor["kind"])
    row: dict[str, Any] = {
        "id": sensor["sensor_id"],
        "name": sensor["name"],
        "kind": kind.name.in_language(language) if kind else sensor["kind"],
        "domain": sensor["domain"],
        "area": sensor["area_code"],
        "place": places[sensor["area_code"]],
        "lon": float(sensor["lon"]),
        "lat": float(sensor["lat"]),
        **_standing(sensor),
        "at": None if pd.isna(sensor["time"]) else milliseconds(sensor["time"]),
        "value": None,
    }
    value = values.get((sensor["sensor_id"], kind.headline)) if kind else None
    row["search"] = search_key(row["name"], row["id"], row["place"], row["kind"])
    if kind and value is not None:
        metric = catalogue.metric[kind.headline]
        row["value"] = f"{metric.format(value)} {metric.unit}"
    return row
