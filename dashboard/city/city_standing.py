"""How the city and its areas stand: vital signs, indices, ranking, roads, states of the sensors. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from alerts.board.open_alert import OpenAlert
from cityops.areas import AreaLevel, name_in
from cityops.catalogue import Catalogue, Names
from cityops.domains.index_functions import MetricAggregate
from cityops.geography import road_links as links
from cityops.names import sort_key
from cityops.numbers import round_number
from cityops.standards.aqi import Index
from cityops.standards.aqi_tables import POLLUTANTS
from cityops.standards.tables import Standards
from dashboard.city import indices
from dashboard.city.aggregates import Numbers, fold, fold_by
from dashboard.city.registry import Registry
from dashboard.city.snapshot import Present
from dashboard.city.vitals import vital_signs
from dashboard.city.vitals.vital_rows import vital_row
from dashboard.city.vitals.vital_signs import Burden
from dashboard.city.vitals.vital_weights import Weights
from dashboard.theme import DotState

RANKED = frozenset({"pm25", "speed"})  # metrics of which the ranking tells the mean


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


def _indices(air: Index, tpi: float | None, catalogue: Catalogue) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if air.computed is not None:
        found["aqi"] = indices.draw_air(air, catalogue)
    if tpi is not None:
        found["tpi"] = indices.draw_traffic(tpi)
    return found


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
