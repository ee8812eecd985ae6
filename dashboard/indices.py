"""The official indices of the present, for the city and each area: AQI, TPI and who reports. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from cityops.areas import Level
from cityops.standards import aqi, tpi
from cityops.standards.aqi import POLLUTANTS, Averaging
from cityops.standards.aqi_levels import level_of
from cityops.standards.tables import Standards
from dashboard import links as roads
from dashboard.folds import Numbers
from dashboard.registry import Registry

LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY)
DARK, LIGHT = "#081320", "#ffffff"  # ink on a colour of the AQI (standards, section 9)


def air_index(numbers: Numbers) -> tuple[int, str] | None:
    """Return the AQI of mean concentrations as they are now, and its primary pollutant; None without any.

    A published AQI is one of hours or days; this is the hour's table read for the present moment.
    """
    parts = {name: _sub_index(name, round(mean, 1)) for name, mean in _means(numbers)}
    if not parts:
        return None
    primary = max(parts, key=lambda name: parts[name])
    return parts[primary], primary


def draw_air(found: tuple[int, str], names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Return an AQI as screens show it. `names` are the pollutants' in both languages."""
    value, primary = found
    level = level_of(value)
    zh, en = names[primary]
    shown: dict[str, Any] = {
        "value": str(value),
        "zh": level.name.zh,
        "en": level.name.en,
        "colour": level.colour,
        "ink": DARK if level.number <= 4 else LIGHT,
    }
    return shown | ({"primary_zh": zh, "primary_en": en} if value > 50 else {})


def draw_traffic(index: float) -> dict[str, Any]:
    """Return a TPI as screens show it."""
    level = tpi.level_of(index)
    return {"value": f"{index:.1f}", "zh": level.name.zh, "en": level.name.en, "level": level.number}


def area_indices(
    registry: Registry,
    numbers: Mapping[str, Mapping[str, Numbers]],
    sensors: pd.DataFrame,
    flow: dict[int, int],
    standards: Standards,
) -> dict[str, dict[str, Any]]:
    """Return by area code: up and all (sensors), aqi and tpi where they are known.

    `numbers` are the folds by level, then area; `flow` is the level of each detector's link.
    """
    found: dict[str, dict[str, Any]] = {}
    for level in LEVELS:
        codes = registry.levels[level.value]
        counts = sensors["fresh"].groupby(codes.to_numpy()).agg(["sum", "size"])
        for code, up, size in counts.itertuples():
            found[code] = {"up": int(up), "all": int(size)}
        for code, folded in numbers.get(level.value, {}).items():
            air = air_index(folded)
            if air is not None:
                found[code]["aqi"] = air[0]
    for code, links in registry.links_by_district.items():
        index = roads.city_tpi(links, flow, standards)
        if index is not None and code in found:
            found[code]["tpi"] = round(index, 1)
    return found


def _means(numbers: Numbers) -> list[tuple[str, float]]:
    found = [(name, numbers[name].mean) for name in POLLUTANTS if name in numbers]
    return [(name, mean) for name, mean in found if mean is not None and mean >= 0]


@lru_cache(maxsize=8192)
def _sub_index(pollutant: str, concentration: float) -> int:
    return aqi.sub_index(pollutant, concentration, Averaging.HOUR) or 0
