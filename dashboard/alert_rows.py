"""Open alerts as rows for screens: plain values, words in both languages, times in ms since 1970."""

from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard.registry import Registry


def alert_rows(alerts: pd.DataFrame, *, registry: Registry, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return the rows by alert id. A field without a value is absent: None would remove it (see difference)."""
    return {str(alert["alert_id"]): _row(alert, registry, catalogue) for alert in alerts.to_dict("records")}


def _row(alert: dict[Any, Any], registry: Registry, catalogue: Catalogue) -> dict[str, Any]:
    metric = catalogue.metric[alert["metric"]]
    row: dict[str, Any] = {
        "id": str(alert["alert_id"]),
        "version": int(alert["version"]),
        "severity": int(alert["severity"]),
        "state": alert["state"],
        "active": bool(alert["active"]),
        "acknowledged": bool(alert["acknowledged"]),
        "title_zh": alert["title_zh"],
        "title_en": alert["title_en"],
        "sensor": alert["sensor_id"],
        "sensor_name": alert["sensor_name"],
        "place_zh": registry.place(alert["area_code"], "zh"),
        "place_en": registry.place(alert["area_code"], "en"),
        "domain": alert["domain"],
        "unit": alert["unit"],
        "limit": metric.format(alert["limit_value"]),
        "trigger": metric.format(alert["trigger_value"]),
        "lon": float(alert["lon"]),
        "lat": float(alert["lat"]),
    }
    if pd.notna(alert["value"]):
        row["value"] = metric.format(alert["value"])
    if alert["acknowledged"] and alert["acknowledged_by"]:
        row["by"] = alert["acknowledged_by"]
    for name, column in (("opened", "opened_at"), ("acknowledged_at", "acknowledged_at"), ("cleared", "cleared_at")):
        if pd.notna(alert[column]):
            row[name] = milliseconds(alert[column])
    if pd.notna(alert["value_time"]):
        row["value_at"] = milliseconds(alert["value_time"])
    return row


def milliseconds(moment: Any) -> int:
    """Return a moment as whole milliseconds since 1970."""
    return int(pd.Timestamp(moment).timestamp() * 1000)
