"""The official indices of the present, for the city and each area: AQI, TPI and who reports. Pure."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from cityops import areas
from cityops.catalogue import Catalogue
from cityops.geography import road_links as roads
from cityops.standards import aqi, aqi_tables, tpi
from cityops.standards.aqi import Index
from cityops.standards.aqi_tables import POLLUTANTS, Averaging, Edition
from cityops.standards.tables import Standards
from dashboard import texts
from dashboard.city.aggregates import Numbers
from dashboard.city.air_words import names_of, value_of
from dashboard.city.registry import Registry
from dashboard.city.scales import DARK, bands_of, colour_on, ink_on

LEVELS = (areas.AreaLevel.DISTRICT, areas.AreaLevel.STREET, areas.AreaLevel.COMMUNITY)


def air_index(numbers: Numbers, moment: datetime) -> Index:
    """Return the AQI of mean concentrations as they are at a moment, by the edition of that time.

    A published AQI is one of hours or days; this is the hour's table read for the present moment.
    """
    means = [(name, numbers[name].mean) for name in POLLUTANTS if name in numbers]
    known = {name: mean for name, mean in means if mean is not None and mean >= 0}
    return _air_of(tuple(known.items()), aqi_tables.edition_of(moment))


@lru_cache(1 << 13)  # from one picture to the next, few of a city's areas change
def _air_of(means: tuple[tuple[str, float], ...], edition: Edition) -> Index:
    return aqi.index(dict(means), Averaging.HOUR, edition)


def draw_air(index: Index, catalogue: Catalogue) -> dict[str, Any]:
    """Return an AQI as screens show it: with its primary pollutants, or NA with what is missing."""
    level = index.level
    shown: dict[str, Any] = {"value": value_of(index), "ink": ink_on(level), "colour": colour_on(level)}
    for language in ("zh", "en"):
        if level is None:
            shown[language] = texts.say("air.not_published", language)
            names = names_of(index.missing, catalogue, language)
            shown[f"note_{language}"] = texts.say("air.missing", language, names=names)
        else:
            shown[language] = level.name.in_language(language)
            if index.primary:
                shown[f"primary_{language}"] = names_of(index.primary, catalogue, language)
    return shown


def draw_traffic(index: float) -> dict[str, Any]:
    """Return a TPI as screens show it."""
    level = tpi.level_of(index)
    return {
        "value": f"{index:.1f}",
        "zh": level.name.zh,
        "en": level.name.en,
        "level": level.number,
        "colour": level.colour,
        "ink": DARK,
    }


def area_air(numbers: Mapping[str, Mapping[str, Numbers]], moment: datetime) -> dict[str, Index]:
    """Return the AQI of each area that measures a pollutant. `numbers` are the folds by level, then area."""
    found = {code: air_index(folded, moment) for areas in numbers.values() for code, folded in areas.items()}
    return {code: index for code, index in found.items() if index.computed is not None}


def area_indices(
    registry: Registry,
    air: Mapping[str, Index],
    sensors: pd.DataFrame,
    flow: dict[int, int],
    standards: Standards,
) -> dict[str, dict[str, Any]]:
    """Return by area code: up and all (sensors), tpi where it is known, aqi where it is published, else aqi_na.

    `bands`: the step of the area on each scale of the map (`scales.bands_of`). `flow`: the level of each detector's
    link.
    """
    found: dict[str, dict[str, Any]] = {}
    fresh = sensors["fresh"].to_numpy()
    for level in LEVELS:
        inside = registry.levels[level.value].cat
        codes, known = inside.codes.to_numpy(), inside.codes.to_numpy() >= 0
        sizes = np.bincount(codes[known], minlength=len(inside.categories))
        up = np.bincount(codes[known & fresh], minlength=len(inside.categories))
        found |= {
            code: {"up": int(reporting), "all": int(size)}
            for code, reporting, size in zip(inside.categories, up, sizes, strict=True)
        }
    for code, index in air.items():
        found[code] |= {"aqi_na": True} if index.value is None else {"aqi": index.value}
    for code, links in registry.links_by_district.items():
        traffic = roads.city_tpi(links, flow, standards)
        if traffic is not None and code in found:
            found[code]["tpi"] = round(traffic, 1)
    return {code: {**area, "bands": bands_of(area)} for code, area in found.items()}
