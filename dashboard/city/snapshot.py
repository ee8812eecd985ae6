"""The snapshot of the city that screens show, as one nested dictionary of plain values. Pure.

Nothing in it depends on the clock unless it changed: ages are counted in the browser from the times given
here, so that a quiet city costs a few bytes a second. No value is ever None (see `dashboard.live.merge_patch`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from alerts.board.alarms import AlarmPolicy
from alerts.board.open_alert import OpenAlert
from cityops.areas import AreaLevel, name_in
from cityops.catalogue import Catalogue, Names
from cityops.clock import milliseconds
from cityops.domains.index_functions import MetricAggregate
from cityops.geography import road_links as links
from cityops.names import sort_key
from cityops.numbers import round_number
from cityops.standards.aqi import POLLUTANTS, Index
from cityops.standards.tables import Standards
from dashboard.city import indices, tiles
from dashboard.city.aggregates import Numbers, fold, fold_by, weigh
from dashboard.city.alerts.alert_rows import alert_rows
from dashboard.city.freshness import Arrival, sensors_now, values_now
from dashboard.city.registry import Registry
from dashboard.city.vitals import vital_signs
from dashboard.city.vitals.vital_rows import vital_row
from dashboard.city.vitals.vital_signs import Burden
from dashboard.city.vitals.vital_weights import Weights
from dashboard.theme import SEVERITIES, DotState

RANKED = frozenset({"pm25", "speed"})  # metrics of which the ranking tells the mean
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


def draw_standing(
    registry: Registry,
    present: Present,
    *,
    alerts: Sequence[OpenAlert],
    catalogue: Catalogue,
    standards: Standards,
    weights: Weights,
    now: datetime,
) -> dict[str, Any]:
    """Return how city and areas stand: vital signs, indices, ranking, roads, states of the sensors."""
    sensors, values = present.sensors, present.values
    fresh = values[values["fresh"].to_numpy()]
    counted = fresh[fresh["metric"].isin(RANKED.union(POLLUTANTS, weights.metrics))]
    city = fold(counted, catalogue=catalogue)
    by_level = _fold_levels(registry, counted, catalogue)
    flow = links.levels(registry.links, links.speeds_of(fresh, "position"))
    local_air = indices.area_air(by_level, now)
    areas = indices.area_indices(registry, local_air, sensors, flow, standards)
    air, tpi = indices.air_index(city, now), links.city_tpi(registry.links, flow, standards)
    burdens = vital_signs.burdening(alerts, now)
    return {
        "base": registry.base,
        "online": _online(registry, sensors),
        "indices": _indices(air, tpi, catalogue),
        "vitals": _vitals(registry, city, air.computed, alerts, burdens, catalogue, weights),
        "areas": areas,
        "ranking": _ranking(registry, by_level["district"], areas, local_air, alerts, burdens, weights),
        "flow": {str(position): level for position, level in flow.items()},
        "states": _states(registry, sensors, alerts),
    }


def draw_board(
    alerts: Sequence[OpenAlert],
    *,
    registry: Registry,
    catalogue: Catalogue,
    weights: Weights,
    alarms: AlarmPolicy,
    now: datetime,
) -> dict[str, Any]:
    """Return the open alerts and their numbers by severity: what of a picture waits for no reading."""
    return {
        "alerts": _alerts(alerts, registry, catalogue, weights, alarms.sounding(alerts, now)),
        "counts": _counts(alerts),
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


def _fold_levels(
    registry: Registry, counted: pd.DataFrame, catalogue: Catalogue
) -> dict[str, dict[str, dict[str, MetricAggregate]]]:
    """Return the folds by level and area: of districts all that counts, below them what their air is judged by."""
    pollutants = counted[counted["metric"].isin(POLLUTANTS)]
    found: dict[str, dict[str, dict[str, MetricAggregate]]] = {}
    for level in indices.LEVELS:
        values = counted if level is AreaLevel.DISTRICT else pollutants
        areas = registry.levels[level.value].array.take(values["position"].to_numpy())
        found[level.value] = fold_by(values.assign(area=areas), "area", catalogue=catalogue)
    return found


def _counts(alerts: Sequence[OpenAlert]) -> dict[str, dict[str, int]]:
    """By severity: how many are open, and how many of them wait for a person."""
    listed = Counter(alert.severity for alert in alerts)
    waiting = Counter(alert.severity for alert in alerts if alert.is_waiting)
    return {str(int(severity)): {"open": listed[severity], "waiting": waiting[severity]} for severity in SEVERITIES}


def _weather(city: Numbers, catalogue: Catalogue) -> dict[str, str]:
    """What the top bar says; a quantity without a fresh value is absent."""
    found = {metric: getattr(city[metric], how) for metric, how in WEATHER if metric in city}
    return {metric: catalogue.metric[metric].format(value) for metric, value in found.items() if value is not None}


def _indices(air: Index, tpi: float | None, catalogue: Catalogue) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if air.computed is not None:
        found["aqi"] = indices.draw_air(air, catalogue)
    if tpi is not None:
        found["tpi"] = indices.draw_traffic(tpi)
    return found


def _alerts(
    alerts: Sequence[OpenAlert],
    registry: Registry,
    catalogue: Catalogue,
    weights: Weights,
    sounding: frozenset[int],
) -> dict[str, dict[str, Any]]:
    """The open alerts, each with its weight in the heat of the map; what is put aside has none. Some sound."""
    rows = alert_rows(alerts, registry=registry, catalogue=catalogue)
    for row in rows.values():
        if not row["aside"]:
            row["weight"] = weights.alerts.severity[row["severity"] - 1]
        if int(row["id"]) in sounding:
            row["alarm"] = True
    return rows


def _vitals(
    registry: Registry,
    city: Numbers,
    aqi: int | None,
    alerts: Sequence[OpenAlert],
    burdens: Sequence[Burden],
    catalogue: Catalogue,
    weights: Weights,
) -> dict[str, Any]:
    known = vital_signs.judge_domains(city, aqi=aqi, alerts=burdens, sensors=registry.sizes, weights=weights)
    whole = vital_signs.judge_city(known)
    titles = {alert.rule_id: Names(alert.title("zh"), alert.title("en")) for alert in alerts}
    named = known if whole is None else {**known, "city": whole}
    return {name: vital_row(vital, titles, catalogue, weights.levels) for name, vital in named.items()}


def _online(registry: Registry, sensors: pd.DataFrame) -> dict[str, dict[str, int]]:
    up = Counter(registry.sensors["domain"].to_numpy()[sensors["fresh"].to_numpy()])
    counts = {domain: {"up": up[domain], "all": size} for domain, size in registry.sizes.items()}
    return {**counts, "all": {"up": up.total(), "all": len(sensors)}}


def _states(registry: Registry, sensors: pd.DataFrame, alerts: Sequence[OpenAlert]) -> dict[str, int]:
    """A sensor that is silent is grey, even while its alert is open: the ring around it keeps the severity."""
    states = np.full(len(sensors), int(DotState.NORMAL))
    for alert in sorted(alerts, key=lambda alert: -alert.severity):  # the worst last
        position = registry.locator.position_of(alert.sensor_id)
        if alert.active and position is not None:
            states[position] = alert.severity
    states[~sensors["fresh"].to_numpy()] = int(DotState.STALE)
    return dict(zip(_keys(len(states)), states.tolist(), strict=True))


@lru_cache(64)
def _keys(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))


def _ranking(
    registry: Registry,
    numbers: Mapping[str, Numbers],
    areas: dict[str, dict[str, Any]],
    air: Mapping[str, Index],
    alerts: Sequence[OpenAlert],
    burdens: Sequence[Burden],
    weights: Weights,
) -> dict[str, dict[str, Any]]:
    """The districts: names, open alerts, indices, and how the district stands (0 to 100, as the city does)."""
    home = {alert.sensor_id: registry.district(alert.sensor_id) for alert in alerts}
    listed = Counter(home[alert.sensor_id] for alert in alerts)
    rows: dict[str, dict[str, Any]] = {}
    by_name = sorted(registry.sizes_by_district, key=lambda code: sort_key(registry.areas[code].name))
    for place, code in enumerate(by_name):
        area, found = registry.areas[code], areas[code]
        domains = vital_signs.judge_domains(
            numbers.get(code, {}),
            aqi=air[code].computed if code in air else None,  # of what is measured, published or not
            alerts=[burden for burden in burdens if home[burden.sensor_id] == code],
            sensors=registry.sizes_by_district[code],
            weights=weights,
        )
        whole = vital_signs.judge_city(domains)
        rows[code] = {"zh": area.name, "en": name_in(area, "en"), "order": place, "alerts": listed[code], **found}
        for metric in sorted(RANKED):
            mean = numbers[code][metric].mean if metric in numbers.get(code, {}) else None
            if mean is not None:
                rows[code][metric] = round_number(mean, 1)
        if whole is not None:
            rows[code]["score"] = round(whole.score)
            rows[code]["level"] = weights.levels.of(rows[code]["score"])
    return rows
