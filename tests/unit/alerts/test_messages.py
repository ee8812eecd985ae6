"""What people are told: numbers with the unit of what they are."""

from typing import Any
from zoneinfo import ZoneInfo

from alerts.notify import messages
from tests.unit.alerts.samples import NOW

INCIDENT: dict[str, Any] = {
    "severity": 3, "title_zh": "传感器失联", "title_en": "Sensor silent", "rule_id": "sensor-offline",
    "place": "新街口", "area_code": "990101", "sensor_name": "G-1", "trigger_value": 184.0, "limit_value": 180.0,
    "quantity": "duration",
    "window_seconds": None, "unit": "%LEL", "precision": 1, "opened_at": NOW, "acknowledged": False,
    "acknowledged_by": None, "alerts": 1, "guidance_zh": "", "guidance_en": "", "stale": False,
}  # fmt: skip


def told(**changes: Any) -> str:
    _, body = messages._words(INCIDENT | changes, "raised", "en", ZoneInfo("Asia/Shanghai"))
    return body


def test_silence_is_told_in_minutes() -> None:
    assert "Value: 3 min 4 s\nLimit: 3 min\n" in told()


def test_rain_is_told_with_its_window() -> None:
    storm = {"quantity": "rainfall", "window_seconds": 10_800.0, "trigger_value": 58.04, "limit_value": 50.0}

    assert "Value: 58.0 mm / 3 h\nLimit: 50.0 mm / 3 h\n" in told(**storm)


def test_a_fault_is_told_without_numbers() -> None:
    body = told(quantity="none", trigger_value=None, limit_value=None)

    assert "Value" not in body
    assert "Limit" not in body
