"""What an alert is to a person, and the one order of alerts for wall, desk, director, API and handover."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from alerts.board.open_alert import in_order
from alerts.lifecycle import AlertState, Suppression
from tests.alert_samples import NOW, shown_alert


def ordered(*changes: dict[str, Any]) -> list[int]:
    """Return the numbers of alerts, 0 for the first that is given, in their order."""
    alerts = [shown_alert(**{"alert_id": number, "ack_due": NOW} | change) for number, change in enumerate(changes)]
    return [alert.alert_id for alert in in_order(alerts)]


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


SILENT_RED: dict[str, Any] = {"severity": 1, "acknowledged": True, "stale_since": NOW}
SHELVED_RED: dict[str, Any] = {"severity": 1, "suppression": Suppression.SHELVED, "shelved_until": later(60)}


def test_what_needs_a_person_most_comes_first() -> None:
    taken_red = {"severity": 1, "acknowledged": True, "handle_due": later(60)}
    red, due_later = {"severity": 1}, {"ack_due": later(1)}
    stale_yellow = {"severity": 3, "stale_since": NOW}
    given: list[dict[str, Any]] = [SILENT_RED, red, {}, due_later, stale_yellow, taken_red, SHELVED_RED]

    assert ordered(*given) == list(range(7))
    assert ordered(*reversed(given)) == list(reversed(range(7)))


def test_the_order_is_the_same_however_alerts_come() -> None:
    given: dict[int, dict[str, Any]] = dict(enumerate([{}, SILENT_RED, SHELVED_RED, {"severity": 3}], 1))

    for numbers in permutations(given):
        alerts = [shown_alert(alert_id=number, **given[number]) for number in numbers]
        assert [alert.alert_id for alert in in_order(alerts)] == [2, 1, 4, 3]


def test_of_two_that_are_due_at_once_the_older_comes_first_and_then_the_newer_number() -> None:
    assert ordered({"opened_at": later(-1)}, {"opened_at": later(-2)}) == [1, 0]
    assert ordered({}, {}) == [1, 0]


def test_what_has_no_deadline_comes_after_what_has_one() -> None:
    assert ordered({"ack_due": None}, {"ack_due": later(600)}) == [1, 0]


@pytest.mark.parametrize("suppression", [one for one in Suppression if one is not Suppression.NONE])
def test_what_is_put_aside_waits_for_nobody_and_presses_nobody(suppression: Suppression) -> None:
    alert = shown_alert(suppression=suppression, ack_due=later(-5), shelved_until=later(-1))

    assert (alert.is_aside, alert.is_waiting, alert.is_pressing) == (True, False, False)
    assert not alert.is_overdue(NOW)


def test_an_alert_waits_until_somebody_has_it() -> None:
    assert shown_alert().is_waiting
    assert not shown_alert(acknowledged=True).is_waiting
    assert shown_alert(acknowledged=True).is_pressing
    assert not shown_alert(active=False).is_pressing


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"ack_due": later(1), "handle_due": later(2)}, later(1)),
        ({"acknowledged": True, "ack_due": later(1), "handle_due": later(2)}, later(2)),
        ({"suppression": Suppression.SHELVED, "ack_due": later(1), "shelved_until": later(3)}, later(3)),
        ({"suppression": Suppression.BY_DESIGN, "ack_due": later(1)}, None),
    ],
)
def test_the_next_deadline_is_that_of_the_state(changes: dict[str, Any], due: datetime | None) -> None:
    assert shown_alert(**changes).due == due


def test_an_alert_is_overdue_from_the_moment_after_its_deadline() -> None:
    alert = shown_alert(ack_due=NOW)

    assert not alert.is_overdue(NOW)
    assert alert.is_overdue(NOW + timedelta(microseconds=1))
    assert not shown_alert(ack_due=None).is_overdue(NOW)


def test_a_state_has_its_name_and_what_is_closed_is_normal() -> None:
    assert shown_alert().state is AlertState.UNACK
    assert shown_alert(**SHELVED_RED).state is AlertState.SHLVD
    assert shown_alert(closed_at=NOW).state is AlertState.NORM


def test_an_alert_is_called_as_its_rule_says() -> None:
    assert shown_alert().title("en") == "PM2.5 heavy"
    assert shown_alert(title_en="").title("en") == "PM2.5 重度污染"
    assert shown_alert(title_en=None, title_zh=None).title("zh") == "pm25-heavy"
