"""The picture of the city that screens show, as one nested dictionary of plain values. Pure.

Nothing in it depends on the clock unless it changed: ages are counted in the browser from the times given
here, so that a quiet city costs a few bytes a second. No value is ever None (see `difference`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from cityops.areas import name_in
from cityops.catalogue import Catalogue
from cityops.numbers import round_number
from cityops.standards.aqi import POLLUTANTS
from cityops.standards.tables import Standards
from dashboard import indices, links, tiles, vitals
from dashboard.alert_rows import alert_rows, milliseconds
from dashboard.folds import Numbers, fold, fold_by
from dashboard.freshness import sensors_now, values_now
from dashboard.look import SEVERITIES, State
from dashboard.registry import Registry

FOLDED = frozenset({*vitals.METRICS, *POLLUTANTS, "humidity", "wind_speed", "temperature", "pm25"})
WEATHER = (("temperature", "mean"), ("humidity", "mean"), ("wind_speed", "mean"), ("rain_rate", "high"))


def draw_picture(
    registry: Registry,
    latest: pd.DataFrame,
    *,
    alerts: pd.DataFrame,
    catalogue: Catalogue,
    standards: Standards,
    now: datetime,
) -> dict[str, Any]:
    """Return the present of a city: alerts, tiles, vital signs, indices by area, states of the sensors."""
    mine = latest[latest["sensor_id"].isin(registry.sensors["sensor_id"])]
    sensors = sensors_now(registry.sensors, mine, now=now)
    values = values_now(mine, sensors, now=now)
    fresh = values[values["fresh"]].assign(position=lambda found: found["sensor_id"].map(_positions(sensors)))
    counted = fresh[fresh["metric"].isin(FOLDED)]
    for level in indices.LEVELS:
        counted = counted.assign(**{level.value: counted["position"].map(registry.levels[level.value])})
    city = fold(counted, catalogue=catalogue)
    by_level = {
        level.value: fold_by(counted.dropna(subset=[level.value]), level.value, catalogue=catalogue)
        for level in indices.LEVELS
    }
    speeds = fresh[fresh["metric"] == "speed"].set_index("position")["value"]
    flow = links.levels(registry.links, speeds)
    areas = indices.area_indices(registry, by_level, sensors, flow, standards)
    air, tpi = indices.air_index(city), links.city_tpi(registry.links, flow, standards)
    picture: dict[str, Any] = {
        "base": registry.base,
        "alerts": alert_rows(alerts, registry=registry, catalogue=catalogue),
        "counts": _counts(alerts),
        "tiles": _tiles(values, catalogue),
        "weather": _weather(city, catalogue),
        "online": _online(sensors),
        "indices": _indices(air, tpi, catalogue),
        "vitals": _vitals(city, air[0] if air else None, alerts, catalogue),
        "areas": areas,
        "ranking": _ranking(registry, by_level["district"], areas, alerts),
        "flow": {str(position): level for position, level in flow.items()},
        "states": _states(sensors, alerts),
    }
    if len(mine):
        picture["measured"] = milliseconds(mine["time"].max())
        picture["received"] = milliseconds(mine["received_at"].max())
    return picture


def _positions(sensors: pd.DataFrame) -> dict[str, int]:
    return {sensor: position for position, sensor in enumerate(sensors["sensor_id"])}


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


def _weather(city: Numbers, catalogue: Catalogue) -> dict[str, str]:
    """What the top bar says; a quantity without a fresh value is absent."""
    found = {metric: getattr(city[metric], how) for metric, how in WEATHER if metric in city}
    return {metric: catalogue.metric[metric].format(value) for metric, value in found.items() if value is not None}


def _indices(air: tuple[int, str] | None, tpi: float | None, catalogue: Catalogue) -> dict[str, Any]:
    names = {name: (catalogue.metric[name].name.zh, catalogue.metric[name].name.en) for name in POLLUTANTS}
    found: dict[str, Any] = {}
    if air is not None:
        found["aqi"] = indices.draw_air(air, names)
    if tpi is not None:
        found["tpi"] = indices.draw_traffic(tpi)
    return found


def _vitals(city: Numbers, aqi: int | None, alerts: pd.DataFrame, catalogue: Catalogue) -> dict[str, Any]:
    known = vitals.judge_domains(city, aqi=aqi, alerts=_severities(alerts))
    drawn = {domain: _draw_vital(vital, catalogue) for domain, vital in known.items()}
    whole = vitals.judge_city(known)
    return drawn if whole is None else {**drawn, "city": _draw_vital(whole, catalogue)}


def _severities(alerts: pd.DataFrame) -> dict[str, list[int]]:
    """The severities of the open alerts of each domain; suppressed ones burden nobody."""
    counted = alerts[alerts["suppression"] == "none"] if "suppression" in alerts else alerts
    return {str(domain): group["severity"].astype(int).tolist() for domain, group in counted.groupby("domain")}


def _draw_vital(vital: vitals.Vital, catalogue: Catalogue) -> dict[str, Any]:
    drawn: dict[str, Any] = {"score": round(vital.score), "known": vital.known, "wanted": vital.wanted}
    if vital.cause is not None:
        metric = catalogue.metric.get(vital.cause)
        drawn |= {"cause": vital.cause, "cost": round(vital.cost)}
        if metric is not None:
            drawn |= {
                "cause_zh": metric.name.zh,
                "cause_en": metric.name.en,
                "value": f"{metric.format(vital.value)} {metric.unit}",
            }
        elif vital.cause == vitals.AQI:
            drawn["value"] = f"{vital.value:.0f}"
    return drawn


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
    registry: Registry, numbers: Mapping[str, Numbers], areas: dict[str, dict[str, Any]], alerts: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """The districts: names, open alerts, indices, and how the district stands (0 to 100, as the city does)."""
    home = dict(zip(registry.sensors["sensor_id"], registry.levels["district"], strict=True))
    at_home = alerts["sensor_id"].map(home)
    rows: dict[str, dict[str, Any]] = {}
    for code in sorted(code for code in registry.levels["district"].unique() if isinstance(code, str)):
        area, mine, found = registry.areas[code], alerts[at_home == code], areas[code]
        known = vitals.judge_domains(numbers.get(code, {}), aqi=found.get("aqi"), alerts=_severities(mine))
        whole = vitals.judge_city(known)
        rows[code] = {"zh": area.name, "en": name_in(area, "en"), "alerts": len(mine), **found}
        for metric in ("pm25", "speed"):
            mean = numbers[code][metric].mean if metric in numbers.get(code, {}) else None
            if mean is not None:
                rows[code][metric] = round_number(mean, 1)
        if whole is not None:
            rows[code]["score"] = round(whole.score)
    return rows
