"""What sounds at a desk: by severity, by rule, and in quiet hours only what is red."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from alerts.board.alarms import AlarmPolicy, read_policy
from alerts.lifecycle import Suppression
from cityops.errors import SettingError
from cityops.settings import read_settings
from tests.alert_samples import shown_alert

ZONE = ZoneInfo("Asia/Shanghai")
NOON, NIGHT = datetime(2026, 11, 28, 4, tzinfo=UTC), datetime(2026, 11, 28, 17, tzinfo=UTC)  # 12:00 and 01:00
ALERTS = [
    shown_alert(alert_id=1, severity=1, rule_id="gas"),
    shown_alert(alert_id=2, severity=2, rule_id="noise"),
    shown_alert(alert_id=3, severity=3, rule_id="flood"),
    shown_alert(alert_id=4, severity=1, rule_id="gas", acknowledged=True),
    shown_alert(alert_id=5, severity=1, rule_id="gas", suppression=Suppression.SHELVED),
]


def heard(policy: AlarmPolicy, now: datetime = NOON) -> list[int]:
    return sorted(policy.sounding(ALERTS, now))


def test_a_red_alert_sounds_while_it_waits_for_a_person() -> None:
    assert heard(AlarmPolicy(ZONE)) == [1]


def test_a_city_chooses_a_severity_and_rules() -> None:
    assert heard(AlarmPolicy(ZONE, severity=2)) == [1, 2]
    assert heard(AlarmPolicy(ZONE, rules=frozenset({"flood"}))) == [1, 3]


def test_quiet_hours_silence_everything_but_red() -> None:
    policy = AlarmPolicy(ZONE, severity=3, quiet=(time(22), time(6)))

    assert heard(policy, NOON) == [1, 2, 3]
    assert heard(policy, NIGHT) == [1]


@pytest.mark.parametrize(
    ("clock", "is_quiet"), [("21:59", False), ("22:00", True), ("00:00", True), ("05:59", True), ("06:00", False)]
)
def test_quiet_hours_pass_midnight_on_the_citys_clocks(clock: str, is_quiet: bool) -> None:
    now = datetime.fromisoformat(f"2026-11-28T{clock}:00+08:00")

    assert AlarmPolicy(ZONE, quiet=(time(22), time(6))).is_quiet(now) is is_quiet


def test_the_policy_is_that_of_the_settings() -> None:
    settings = read_settings(
        {"CITYOPS_ALARM_SEVERITY": "2", "CITYOPS_ALARM_RULES": "flood, noise", "CITYOPS_ALARM_QUIET": "22:00-06:00"}
    )

    assert read_policy(settings) == AlarmPolicy(ZONE, 2, frozenset({"flood", "noise"}), (time(22), time(6)))
    assert read_policy(read_settings({})) == AlarmPolicy(ZONE)


@pytest.mark.parametrize("text", ["22-6", "22:00", "25:00-06:00", "06:00-06:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(SettingError, match="22:00-06:00"):
        read_settings({"CITYOPS_ALARM_QUIET": text})
