"""What stands in the files: the columns of each subject, and a row as the cells of a CSV file. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cityops.imports.files.cells import is_formula
from sharing.datasets.data_set import Subject

PLACE = ("sensor_id", "sensor_name", "area_code", "longitude", "latitude")
COLUMNS = {  # as the statements give them
    Subject.READINGS: ("time", *PLACE, "metric", "value", "unit", "quality"),
    Subject.HOURS: ("time", *PLACE, "metric", "mean", "low", "high", "count", "unit"),
    Subject.ALERTS: ("time", "closed_at", "rule_id", "severity", *PLACE, "metric", "value", "limit", "unit"),
}


def cells(row: Sequence[Any], zone: ZoneInfo) -> list[str]:
    """Return a row as texts: times ISO 8601 with the city's offset, numbers as they are, no text a formula."""
    return [_cell(value, zone) for value in row]


def _cell(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, float):
        return repr(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and is_formula(text) else text
