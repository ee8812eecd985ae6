"""Detection: a pure function of rules, state, readings in event time, and now."""

from datetime import UTC, datetime, timedelta

from alerts.detect import FRESH, Findings, Sample, detect
from alerts.lifecycle import Event
from alerts.rules import Direction, Rule
from cityops.catalogue import Names
from cityops.readings import Quality

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TITLE = Names(zh="燃气", en="Gas")
GAS = Rule("gas", TITLE, "gas_detector", "gas_lel", 2, Direction.ABOVE, 20, 15)
PRESSURE = Rule("pressure", TITLE, "hydrant", "water_pressure", 3, Direction.BELOW, 0.1, 0.14)


def sample(value: float, seconds: float = 0, *, series: int = 1, quality: Quality = Quality.GOOD) -> Sample:
    return Sample(series, "gas_detector", "gas_lel", NOW + timedelta(seconds=seconds), value, quality)


def events(findings: Findings) -> list[tuple[Event, float]]:
    return [(change.event, change.value) for change in findings.changes]


def judge(*samples: Sample, active: bool = False, seen: datetime | None = None) -> list[tuple[Event, float]]:
    state = {("gas", 1)} if active else set()
    before = {} if seen is None else {1: seen}
    return events(detect([GAS], state, samples, seen=before, now=NOW))


def test_the_limit_itself_raises() -> None:
    assert judge(sample(19.99)) == []
    assert judge(sample(20)) == [(Event.RAISE, 20)]


def test_nothing_changes_between_clear_and_limit() -> None:
    assert judge(sample(15), active=True) == []
    assert judge(sample(19.99), active=True) == []
    assert judge(sample(14.99), active=True) == [(Event.CLEAR, 14.99)]


def test_an_active_alert_is_not_raised_again() -> None:
    assert judge(sample(50), active=True) == []


def test_readings_are_judged_in_the_order_they_were_measured() -> None:
    arrived = [sample(30, -1), sample(5, -3), sample(30, -5)]

    assert judge(*arrived) == [(Event.RAISE, 30), (Event.CLEAR, 5), (Event.RAISE, 30)]


def test_a_late_reading_says_nothing_about_the_present() -> None:
    assert judge(sample(30, -10), seen=NOW - timedelta(seconds=10)) == []
    assert judge(sample(5, -11), seen=NOW - timedelta(seconds=10), active=True) == []
    assert judge(sample(30, -9), seen=NOW - timedelta(seconds=10)) == [(Event.RAISE, 30)]


def test_an_old_recording_raises_nothing() -> None:
    limit = -FRESH.total_seconds()

    assert judge(sample(30, limit)) == [(Event.RAISE, 30)]
    assert judge(sample(30, limit - 1)) == []


def test_bad_and_suspect_readings_neither_raise_nor_clear() -> None:
    for quality in (Quality.SUSPECT, Quality.BAD, Quality.MISSING):
        assert judge(sample(30, quality=quality)) == []
        assert judge(sample(1, quality=quality), active=True) == []


def test_a_limit_below_works_the_other_way_round() -> None:
    low = Sample(1, "hydrant", "water_pressure", NOW, 0.1)
    high = Sample(1, "hydrant", "water_pressure", NOW, 0.15)

    assert events(detect([PRESSURE], set(), [low], seen={}, now=NOW)) == [(Event.RAISE, 0.1)]
    assert events(detect([PRESSURE], {("pressure", 1)}, [high], seen={}, now=NOW)) == [(Event.CLEAR, 0.15)]


def test_series_do_not_disturb_each_other() -> None:
    findings = detect([GAS], {("gas", 1)}, [sample(30, series=2), sample(1, series=1)], seen={}, now=NOW)

    assert {(change.series_id, change.event) for change in findings.changes} == {(1, Event.CLEAR), (2, Event.RAISE)}


class _Broken(Rule, frozen=True):
    def holds(self, value: float) -> bool:
        raise ZeroDivisionError("no such rule")


def test_a_rule_that_fails_is_reported_and_the_others_go_on() -> None:
    broken = _Broken("broken", TITLE, "gas_detector", "gas_lel", 1, Direction.ABOVE, 1, 1)

    findings = detect([broken, GAS], set(), [sample(30)], seen={}, now=NOW)

    assert findings.faults == {"broken": "ZeroDivisionError: no such rule"}
    assert events(findings) == [(Event.RAISE, 30)]


def test_every_change_names_its_reason() -> None:
    findings = detect([GAS], set(), [sample(30)], seen={}, now=NOW)

    assert [change.reason for change in findings.changes] == ["gas_lel 30 is at or above 20"]
