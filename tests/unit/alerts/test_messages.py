"""What people are told and when: who is nearest first, the next one when a deadline is missed, and in which words."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from alerts.notify import messages
from alerts.notify.contacts import DutyContact, NotifyChannel, Policy, Quiet
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


CHINA = ZoneInfo("Asia/Shanghai")
POLICY = Policy(
    channel=(
        NotifyChannel(name="street", url="json://x"),
        NotifyChannel(name="district", url="json://x"),
        NotifyChannel(name="mayor", url="json://x", language="en"),
    ),
    contact=(
        DutyContact(channels=("street",), area="990101001"),
        DutyContact(channels=("district",), area="990101"),
        DutyContact(channels=("mayor",)),
    ),
    quiet=Quiet(start=time(22), end=time(7)),
    nag_minutes=10,
)
OPEN = INCIDENT | {
    "incident_id": 5, "alert_id": 9, "department": "gas", "escalation_level": 0, "detected_at": NOW,
    "area_code": "990101001",
}  # fmt: skip


def due(minutes: float = 0, broken: set[str] = frozenset(), **changes: Any) -> list[str]:  # type: ignore[assignment]
    """The keys of the messages that there should be so many minutes after NOW, which is 20:00 in China."""
    now = NOW + timedelta(minutes=minutes)
    return [one.key for one in messages.messages_of(OPEN | changes, POLICY, broken=broken, now=now, zone=CHINA)]


def test_who_is_nearest_is_told_first_in_his_own_language() -> None:
    (first,) = messages.messages_of(OPEN, POLICY, now=NOW, zone=CHINA)
    (mayor,) = messages.messages_of(OPEN | {"area_code": "880000"}, POLICY, now=NOW, zone=CHINA)

    assert (first.key, first.channel, first.kind, first.alert_id) == ("5/raised-3/street", "street", "raised", 9)
    assert (first.level, first.severity, first.due_at) == (0, 3, NOW)
    assert (first.title, mayor.title) == ("【黄色】传感器失联", "[yellow] Sensor silent")


def test_what_is_not_urgent_waits_for_the_morning() -> None:
    late = NOW + timedelta(hours=3)
    (waits,) = messages.messages_of(OPEN, POLICY, now=late, zone=CHINA)
    urgent, _ = messages.messages_of(OPEN | {"severity": 2}, POLICY, now=late, zone=CHINA)

    assert (waits.due_at, urgent.due_at) == (NOW + timedelta(hours=11), late)


@pytest.mark.parametrize(
    ("minutes", "changes", "keys"),
    [
        (9.9, {}, ["5/raised-3/street"]),
        (10, {}, ["5/raised-3/street", "5/nag-1/street"]),
        (29.9, {}, ["5/raised-3/street", "5/nag-2/street"]),
        (30, {"acknowledged": True}, []),  # somebody has it
        (1, {"escalation_level": 1}, ["5/raised-3/street", "5/level-1/district"]),
        (1, {"escalation_level": 1, "acknowledged": True}, ["5/level-1/district"]),
        (1, {"escalation_level": 9}, ["5/raised-3/street", "5/level-2/mayor"]),  # there is nobody above
        (10, {"escalation_level": 1}, ["5/raised-3/street", "5/level-1/district", "5/nag-1/district"]),
        (190, {}, ["5/raised-3/street"]),  # 23:10: reminders wait for the morning
        (190, {"severity": 2}, ["5/raised-2/street", "5/nag-19/street"]),
    ],
)
def test_which_messages_there_should_be_by_now(minutes: float, changes: dict[str, Any], keys: list[str]) -> None:
    assert due(minutes, **changes) == keys


def test_where_nobody_answers_for_it_nobody_is_told() -> None:
    assert list(messages.messages_of(OPEN, Policy(), now=NOW, zone=CHINA)) == []


def test_nobody_is_reminded_where_the_city_does_not_want_it() -> None:
    quiet = structs.replace(POLICY, nag_minutes=0)

    assert len(list(messages.messages_of(OPEN, quiet, now=NOW + timedelta(hours=1), zone=CHINA))) == 1


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (set(), ["street"]),
        ({"district"}, ["street"]),
        ({"street"}, ["street", "district"]),
        ({"street", "district"}, ["street", "district", "mayor"]),
        ({"street", "district", "mayor"}, ["street", "district", "mayor"]),
    ],
)
def test_where_a_channel_does_not_deliver_the_level_above_is_told_at_once(broken: set[str], told: list[str]) -> None:
    assert due(broken=broken) == [f"5/raised-3/{channel}" for channel in told]


@pytest.mark.parametrize(
    ("changes", "line", "is_told"),
    [
        ({}, "Where: 新街口 G-1", True),
        ({"place": ""}, "Where: 990101 G-1", True),
        ({}, "Since: 2026-03-01 20:00:00", True),
        ({"acknowledged": True, "acknowledged_by": "wang"}, "In the hands of: wang", True),
        ({"acknowledged": False, "acknowledged_by": "wang"}, "In the hands of", False),
        ({"alerts": 2}, "2 alerts in the same incident", True),
        ({"alerts": 1}, "in the same incident", False),
        ({"stale": True}, "the present state is unknown", True),
        ({}, "the present state is unknown", False),
        ({"guidance_en": "Go and look."}, "What to do: Go and look.", True),
        ({}, "What to do", False),
    ],
)
def test_each_line_is_told_when_there_is_something_to_tell(changes: dict[str, Any], line: str, is_told: bool) -> None:
    assert (line in told(**changes)) is is_told


def test_what_has_no_title_is_called_by_its_rule() -> None:
    title, _ = messages._words(INCIDENT | {"title_en": ""}, "nag", "en", CHINA)

    assert title == "[yellow, still unacknowledged] sensor-offline"
