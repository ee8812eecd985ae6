"""The score: a small truth, and alerts that are right, late, missing and wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sensors_sim.errors import TruthError
from sensors_sim.scoring.score import Raised, score
from sensors_sim.scoring.truth_records import ScoredFault, TrueIncident, Truth, Wanted, read_truth

START = datetime(2026, 7, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


LEAK = TrueIncident(
    "gas_leak",
    at(10),
    at(20),
    ("GD-1", "GD-2"),
    (Wanted("gas-leak", 2, "GD-1", at(10.4), at(10.5)), Wanted("gas-leak", 2, "GD-2", at(10.8), at(11))),
    ("gas-emergency",),
)
TRUTH = Truth(START, at(24 * 60), 50, (LEAK,), (ScoredFault("offline", "NM-1", at(5), at(15)),))


def raised(rule: str, sensor: str, minutes: float, *, severity: int = 2, late: float = 6) -> Raised:
    return Raised(rule, severity, sensor, at(minutes), at(minutes) + timedelta(seconds=late))


def test_all_found_in_time() -> None:
    found = score(TRUTH, [raised("gas-leak", "GD-1", 10.5), raised("gas-leak", "GD-2", 11, late=12)])

    assert (found.recall, found.precision, found.false_severe) == (1, 1, 0)
    assert (found.detected_after(50), found.detected_after(100)) == (9, 12)
    assert (found.true_for(0), found.true_for(100)) == (12, 24)


@pytest.mark.parametrize(
    "answer",
    [
        raised("gas-leak", "GD-1", 10),  # before it began
        raised("gas-leak", "GD-1", 10.6, severity=3),  # not as severe as it is
        raised("smoke", "GD-1", 10.6),
    ],
)
def test_what_is_no_answer_leaves_the_alert_missed(answer: Raised) -> None:
    found = score(TRUTH, [answer])

    assert found.recall == 0
    assert {one.sensor for one in found.missed} == {"GD-1", "GD-2"}


@pytest.mark.parametrize(
    ("alert", "severe"),
    [
        (raised("gas-emergency", "GD-1", 12, severity=1), 1),  # the incident must not raise it
        (raised("gas-leak", "GD-3", 12), 1),  # out of its reach
        (raised("gas-leak", "GD-1", 26), 1),  # long after it
        (raised("noise", "NM-1", 12, severity=4), 0),  # a fault excuses no alert about the city
        (raised("missing-data", "NM-2", 12, severity=3), 0),  # this device had no fault
    ],
)
def test_what_nothing_justifies_is_false(alert: Raised, severe: int) -> None:
    found = score(TRUTH, [alert])

    assert (found.false, found.false_severe, found.precision) == (1, severe, 0)
    assert found.false_per_sensor_day == 1 / 50


def test_an_alert_about_a_faulty_device_is_not_false() -> None:
    assert score(TRUTH, [raised("missing-data", "NM-1", 12, severity=3)]).false == 0


def test_nothing_expected_and_nothing_raised_divides_by_nothing() -> None:
    found = score(Truth(START, START, 0), [])

    assert (found.recall, found.precision, found.detected_after(50), found.false_per_sensor_day) == (
        None,
        None,
        None,
        0,
    )


@pytest.mark.parametrize(
    ("text", "reason"), [("", "no line of type start"), ('{"type": "start"}', "line 1"), ("x", "line 1")]
)
def test_a_file_that_is_no_truth_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(text)

    with pytest.raises(TruthError, match=reason):
        read_truth(path)
