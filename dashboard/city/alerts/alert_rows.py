"""Open alerts as rows for screens: plain values, words in both languages, times in ms since 1970."""

from collections.abc import Iterable, Mapping
from typing import Any

from alerts.board.open_alert import OpenAlert
from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from cityops.names import search_key
from dashboard.city.alerts.alert_numbers import AlertNumbers, alert_numbers
from dashboard.city.registry import Registry

LANGUAGES = ("zh", "en")
_TIMES = {
    "opened": "opened_at", "detected": "detected_at", "acknowledged_at": "acknowledged_at", "cleared": "cleared_at",
    "value_at": "value_time", "ack_due": "ack_due", "handle_due": "handle_due", "lease_until": "lease_until",
    "shelved_until": "shelved_until", "stale_since": "stale_since", "due": "due",
}  # fmt: skip


def alert_rows(alerts: Iterable[OpenAlert], *, registry: Registry, catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Return the rows by alert id. A field without a value is absent: None would remove it (a merge patch)."""
    listed = list(alerts)
    places = {
        code: {language: registry.place(code, language) for language in LANGUAGES}
        for code in {alert.area_code for alert in listed}
    }
    return {
        str(alert.alert_id): alert_row(
            alert, place=places[alert.area_code], numbers=alert_numbers(alert, catalogue.metric[alert.metric])
        )
        for alert in listed
    }


def alert_row(alert: OpenAlert, *, place: Mapping[str, str], numbers: AlertNumbers) -> dict[str, Any]:
    """Return one alert. `rank`, `waiting`, `aside` and `due` are decided in OpenAlert; screens only go by them."""
    row: dict[str, Any] = {
        "id": str(alert.alert_id),
        "version": alert.version,
        "severity": alert.severity,
        "state": alert.state.value,
        "active": alert.active,
        "acknowledged": alert.acknowledged,
        "waiting": alert.is_waiting,
        "aside": alert.is_aside,
        "rank": alert.rank,
        "title_zh": alert.title("zh"),
        "title_en": alert.title("en"),
        "sensor": alert.sensor_id,
        "sensor_name": alert.sensor_name,
        "area": alert.area_code,
        "domain": alert.domain,
        "lon": alert.lon,
        "lat": alert.lat,
        "place_zh": place["zh"],
        "place_en": place["en"],
        "search": search_key(
            alert.title_zh, alert.title_en, alert.sensor_name, alert.sensor_id, place["zh"], place["en"]
        ),
        "by": alert.acknowledged_by if alert.acknowledged else None,
        "incident": alert.incident_id,
        "assigned": alert.assigned_to,
        "level": alert.escalation_level or None,
    }
    row |= {name: getattr(numbers, name) for name in AlertNumbers.__slots__}
    row |= {name: milliseconds(getattr(alert, of)) for name, of in _TIMES.items() if getattr(alert, of) is not None}
    return {name: value for name, value in row.items() if value is not None}
