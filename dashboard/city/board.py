"""The open alerts as screens show them, and how many there are: what of a picture waits for no reading. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from alerts.board.alarms import AlarmPolicy
from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Catalogue
from dashboard.city.alerts.alert_rows import alert_rows
from dashboard.city.registry import Registry
from dashboard.city.vitals.vital_weights import Weights
from dashboard.theme import SEVERITIES


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


def _counts(alerts: Sequence[OpenAlert]) -> dict[str, dict[str, int]]:
    """By severity: how many are open, and how many of them wait for a person."""
    listed = Counter(alert.severity for alert in alerts)
    waiting = Counter(alert.severity for alert in alerts if alert.is_waiting)
    return {str(int(severity)): {"open": listed[severity], "waiting": waiting[severity]} for severity in SEVERITIES}


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
