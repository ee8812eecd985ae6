"""Alerts for the tests, opened through the store as detection opens them."""

from datetime import UTC, datetime
from typing import Any

from alerts.board import store
from alerts.board.alert import Alert
from alerts.board.open_alert import OpenAlert
from alerts.detection.alert_change import AlertChange
from alerts.lifecycle import Event
from alerts.rules import store as rule_store
from alerts.rules.definitions import Rule
from alerts.rules.rule_checks import read_rule
from cityops.catalogue import load_catalogue
from cityops.devices.sensors import Sensor
from cityops.readings import Quality
from cityops.storage import Transaction
from cityops.storage.devices.registry import register_sensor, series_ids
from cityops.storage.readings.table import ReadingRow, write_readings

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)  # noon in Shanghai


def make_rule(severity: int = 2, **more: object) -> Rule:
    """A gas rule; its id says how severe it is."""
    definition = {
        "id": f"gas-{severity}",
        "title": {"zh": "燃气泄漏", "en": "Gas leak"},
        "kind": "gas_detector",
        "severity": severity,
        "when": {"type": "threshold", "metric": "gas_lel", "direction": "above", "limit": 20, "clear": 15},
        "department": "gas",
    }
    return read_rule(definition | more, load_catalogue())


def detector(tx: Transaction, name: str, *, area: str = "990101", lon: float = 121.0, lat: float = 31.0) -> int:
    """Register a gas detector and return its series."""
    register_sensor(tx, Sensor(name, area, "emergency", "gas_detector", name, lon, lat), NOW)
    return series_ids(tx, [(name, "gas_lel")])[name, "gas_lel"]


def open_alert(tx: Transaction, rule: Rule, series: int, *, at: datetime = NOW) -> Alert:
    """Raise an alert of a rule on a series."""
    rule_store.store_rules(tx, [rule], at)
    return store.apply_change(tx, AlertChange(rule, series, Event.RAISE, at, 25.0, "test", limit=20.0), None, at)


def report(tx: Transaction, series: int, at: datetime, *, quality: Quality = Quality.GOOD) -> None:
    """Store a reading."""
    write_readings(tx, [ReadingRow(at, series, 25.0, quality)], at)


def shown_alert(**changes: Any) -> OpenAlert:
    """An orange alert on air-1 that nobody has, as the board shows it."""
    given: dict[str, Any] = {
        "alert_id": 7, "version": 1, "rule_id": "pm25-heavy", "title_zh": "PM2.5 重度污染", "title_en": "PM2.5 heavy",
        "severity": 2, "active": True, "acknowledged": False, "opened_at": NOW, "detected_at": NOW,
        "sensor_id": "air-1", "sensor_name": "一号站", "area_code": "990101", "domain": "environment",
        "kind": "air_station", "metric": "pm25", "unit": "µg/m³", "trigger_value": 180.0, "limit_value": 150.0,
        "value": 181.4, "value_time": NOW, "lon": 119.05, "lat": 30.05,
    }  # fmt: skip
    return OpenAlert(**given | changes)
