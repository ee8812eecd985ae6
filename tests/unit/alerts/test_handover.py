"""The handover sheet: every open alert once, where it asks most of the next officer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pandas as pd
import pytest

from alerts.lifecycle import Suppression
from alerts.shift.handover import compose
from alerts.shift.handover_sheet import HandoverSheet, Missed, Note, ShiftCount
from cityops.catalogue import Names
from tests.alert_samples import shown_alert

NOW = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)  # 7 a.m. in the city
SINCE = NOW - timedelta(hours=12)
LATER, PASSED = NOW + timedelta(hours=1), NOW - timedelta(minutes=5)
ALERT: dict[str, Any] = {
    "opened_at": NOW - timedelta(hours=1), "ack_due": NOW + timedelta(minutes=1), "handle_due": LATER,
}  # fmt: skip
SENSOR = {
    "sensor_id": "gas-1", "name": "一号", "kind": "gas_detector", "area_code": "9901", "state": "silent",
    "reason": "overdue", "since": pd.Timestamp(NOW - timedelta(hours=3)),
}  # fmt: skip
TAKEN = {"acknowledged": True, "acknowledged_by": "li"}
ASIDE = {"suppression": Suppression.SHELVED, "suppressed_by": "li", "suppressed_reason": "works"}


def sheet(*changes: dict[str, Any], sensors: tuple[dict[str, Any], ...] = ()) -> HandoverSheet:
    return compose(
        [shown_alert(**ALERT | change) for change in changes],
        pd.DataFrame([SENSOR | change for change in sensors], columns=list(SENSOR)),
        notes=(Note(1, SINCE, "li", "门禁报修"),),
        tally=ShiftCount(3, 2, 1),
        place=lambda code: Names(f"区 {code}", f"district {code}"),
        since=SINCE,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({}, "open"),
        (TAKEN, "open"),
        ({"ack_due": NOW}, "open"),  # due now is not late
        ({"ack_due": NOW - timedelta(seconds=1)}, "late"),
        ({**TAKEN, "ack_due": NOW - timedelta(hours=1)}, "open"),  # somebody has it
        ({**TAKEN, "handle_due": NOW - timedelta(seconds=1)}, "late"),
        ({"ack_due": None}, "open"),
        ({"stale_since": SINCE}, "stale"),
        ({"stale_since": SINCE, "ack_due": SINCE}, "late"),
        ({**ASIDE, "ack_due": SINCE, "stale_since": SINCE}, "shelved"),
    ],
)
def test_an_alert_stands_once_where_it_asks_most(change: dict[str, Any], group: str) -> None:
    found = sheet(change)
    groups = {name: len(getattr(found, name)) for name in ("late", "stale", "open", "shelved")}

    assert groups == {**dict.fromkeys(groups, 0), group: 1}


def test_a_line_says_which_deadline_passed() -> None:
    nobody, somebody = sheet({"ack_due": PASSED}, {**TAKEN, "handle_due": PASSED}).late

    assert (nobody.missed, nobody.due, nobody.holder) == (Missed.ACKNOWLEDGE, PASSED, None)
    assert (somebody.missed, somebody.due, somebody.holder) == (Missed.HANDLE, PASSED, "li")


@pytest.mark.parametrize(
    ("zh", "en", "title"),
    [
        ("燃气泄漏", "Gas leak", Names("燃气泄漏", "Gas leak")),
        ("燃气泄漏", None, Names("燃气泄漏", "燃气泄漏")),
        (None, None, Names("gas-leak", "gas-leak")),
    ],
)
def test_a_line_is_called_as_on_the_desk(zh: str | None, en: str | None, title: Names) -> None:
    (line,) = sheet({"rule_id": "gas-leak", "title_zh": zh, "title_en": en}).open

    assert line.title == title


@pytest.mark.parametrize("group", ["late", "stale", "open", "shelved"])
def test_within_each_group_the_order_of_the_queue_is_kept(group: str) -> None:
    changes: dict[str, dict[str, Any]] = {
        "late": {"ack_due": PASSED}, "stale": {"stale_since": SINCE}, "open": {}, "shelved": ASIDE,
    }  # fmt: skip
    found = sheet(*({**changes[group], "alert_id": number, "severity": number} for number in (3, 1, 2)))

    assert [line.alert_id for line in getattr(found, group)] == [3, 1, 2]


def test_only_sensors_that_cannot_be_relied_on_are_handed_over_the_longest_silent_first() -> None:
    found = sheet(
        sensors=(
            {"sensor_id": "b"},
            {"sensor_id": "a", "since": pd.Timestamp(SINCE)},
            {"sensor_id": "c", "state": "online"},
            {"sensor_id": "d", "state": "late"},
            {"sensor_id": "e", "state": "contradictory", "since": pd.NaT},
        )
    )

    assert [line.sensor_id for line in found.sensors] == ["a", "b", "e"]
    assert found.sensors[0].place == Names("区 9901", "district 9901")
    assert found.sensors[2].since is None


def test_a_stored_sheet_is_read_as_it_was() -> None:
    found = sheet({}, TAKEN, ASIDE, {"stale_since": SINCE}, sensors=({},))

    assert msgspec.json.decode(msgspec.json.encode(found), type=HandoverSheet) == found


@pytest.mark.parametrize(("assigned", "told"), [("gas-team", "gas-team"), ("", None), (None, None)])
def test_a_line_says_to_whom_it_was_given(assigned: str | None, told: str | None) -> None:
    (line,) = sheet({"assigned_to": assigned}).open

    assert line.assigned_to == told


def test_a_shift_in_which_nothing_happened_counts_nothing() -> None:
    assert HandoverSheet(SINCE, NOW).tally == ShiftCount(raised=0, acknowledged=0, closed=0)
