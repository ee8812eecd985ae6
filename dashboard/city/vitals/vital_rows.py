"""Vital signs as screens show them: score, level, and the causes in words with their points. Pure."""

from collections.abc import Mapping
from typing import Any

from cityops.catalogue import AQI, Catalogue, Names
from dashboard.city.vitals.vital_signs import Cause, Vital
from dashboard.city.vitals.vital_weights import LEVELS, Levels

MOST_CAUSES = 3


def vital_row(vital: Vital, titles: Mapping[str, Names], catalogue: Catalogue, levels: Levels) -> dict[str, Any]:
    """Return an index as plain values. `titles` are what the rules of the open alerts are called.

    causes: at most MOST_CAUSES, each with zh, en (what it is), value (a number with its unit) and points (whole).
    """
    score = round(vital.score)
    causes = [_cause(cause, titles, catalogue) for cause in vital.causes[:MOST_CAUSES]]
    return {
        "score": score,
        "level": max(levels.of(score), vital.level or LEVELS[0], key=LEVELS.index),
        "known": vital.known,
        "wanted": vital.wanted,
        "causes": [cause for cause in causes if cause["points"]],
    }


def _cause(cause: Cause, titles: Mapping[str, Names], catalogue: Catalogue) -> dict[str, Any]:
    name, value = _named(cause, titles, catalogue)
    return {"zh": name.zh, "en": name.en, "value": value, "points": round(cause.points)}


def _named(cause: Cause, titles: Mapping[str, Names], catalogue: Catalogue) -> tuple[Names, str]:
    if cause.is_alert:
        return titles.get(cause.name, Names(cause.name, cause.name)), f"×{cause.value:.0f}"
    if cause.name == AQI:
        return Names("AQI", "AQI"), f"{cause.value:.0f}"
    metric = catalogue.metric[cause.name]
    return metric.name, f"{metric.format(cause.value)} {metric.unit}"
