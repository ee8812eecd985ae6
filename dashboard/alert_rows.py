"""Open alerts as rows for screens: plain values, words in both languages, times in ms since 1970.

Column by column, because a desk with thousands of open alerts has them all drawn once a second.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.names import search_key
from dashboard.alert_numbers import number_columns
from dashboard.registry import Registry

# Fields that every row has: name, column, type.
_ALWAYS: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("id", "alert_id", str), ("version", "version", int), ("severity", "severity", int), ("state", "state", str),
    ("active", "active", bool), ("acknowledged", "acknowledged", bool), ("waiting", "waiting", bool),
    ("aside", "aside", bool), ("rank", "rank", str), ("title_zh", "title_zh", str),
    ("title_en", "title_en", str), ("sensor", "sensor_id", str), ("sensor_name", "sensor_name", str),
    ("area", "area_code", str), ("domain", "domain", str), ("lon", "lon", float), ("lat", "lat", float),
)  # fmt: skip
# What a search of alerts looks into.
_SEARCHED = ("title_zh", "title_en", "sensor_name", "sensor", "place_zh", "place_en")
# Fields that a row has where there is something to say, and that other versions of a frame may lack.
_TIMES = {
    "opened": "opened_at", "detected": "detected_at", "acknowledged_at": "acknowledged_at", "cleared": "cleared_at",
    "value_at": "value_time", "ack_due": "ack_due", "handle_due": "handle_due", "lease_until": "lease_until",
    "shelved_until": "shelved_until", "stale_since": "stale_since", "due": "due",
}  # fmt: skip


def alert_rows(alerts: pd.DataFrame, *, registry: Registry, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return the rows by alert id. A field without a value is absent: None would remove it (see difference)."""
    columns: dict[str, list[Any]] = {
        name: [kind(value) for value in alerts[column].tolist()] for name, column, kind in _ALWAYS
    }
    for language in ("zh", "en"):
        places = {code: registry.place(code, language) for code in alerts["area_code"].unique()}
        columns[f"place_{language}"] = [places[code] for code in alerts["area_code"].tolist()]
    columns["search"] = [search_key(*names) for names in zip(*(columns[name] for name in _SEARCHED), strict=True)]
    columns |= number_columns(alerts, catalogue)
    columns["by"] = [
        name if taken and isinstance(name, str) else None
        for taken, name in zip(columns["acknowledged"], alerts["acknowledged_by"].tolist(), strict=True)
    ]
    for name, column in _TIMES.items():
        if column in alerts:
            columns[name] = _milliseconds(alerts[column])
    if "incident_id" in alerts:
        columns["incident"] = [None if pd.isna(value) else int(value) for value in alerts["incident_id"].tolist()]
        columns["assigned"] = [name if isinstance(name, str) else None for name in alerts["assigned_to"].tolist()]
        columns["level"] = [int(level) or None for level in alerts["escalation_level"].tolist()]
    names = tuple(columns)
    rows = zip(*columns.values(), strict=True)
    return {row[0]: {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows}


def milliseconds(moment: Any) -> int:
    """Return a moment as whole milliseconds since 1970."""
    return int(pd.Timestamp(moment).timestamp() * 1000)


def _milliseconds(moments: "pd.Series[Any]") -> list[int | None]:
    whole = pd.to_datetime(moments, utc=True).dt.as_unit("ms").astype("int64").tolist()
    return [None if gone else moment for moment, gone in zip(whole, moments.isna().tolist(), strict=True)]
