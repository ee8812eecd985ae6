"""The handover sheet: every open alert once, where it asks most of the next officer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pandas as pd
import pytest

from alerts.handover import Missed, Note, Sheet, Tally, compose
from cityops.catalogue import Names

NOW = datetime(2026, 5, 1, 23, 0, tzinfo=UTC)  # 7 a.m. in the city
SINCE = NOW - timedelta(hours=12)
ALERT: dict[str, Any] = {
    "alert_id": 7, "severity": 2, "state": "UNACK", "rule_id": "gas", "title_zh": "燃气", "title_en": "Gas",
    "sensor_name": "一号", "area_code": "9901", "opened_at": pd.Timestamp(NOW - timedelta(hours=1)),
    "acknowledged": False, "acknowledged_by": None, "assigned_to": None, "suppression": "none",
    "suppressed_by": None, "suppressed_reason": None, "shelved_until": pd.NaT, "stale_since": pd.NaT,
    "ack_due": pd.Timestamp(NOW + timedelta(minutes=1)), "handle_due": pd.Timestamp(NOW + timedelta(hours=1)),
}  # fmt: skip
SENSOR = {
    "sensor_id": "gas-1", "name": "一号", "kind": "gas_detector", "area_code": "9901", "state": "silent",
    "reason": "overdue", "since": pd.Timestamp(NOW - timedelta(hours=3)),
}  # fmt: skip
TAKEN = {"acknowledged": True, "acknowledged_by": "li", "state": "ACKED"}
ASIDE = {"suppression": "shelved", "suppressed_by": "li", "suppressed_reason": "works", "state": "SHLVD"}


def sheet(*changes: dict[str, Any], sensors: tuple[dict[str, Any], ...] = ()) -> Sheet:
    return compose(
        pd.DataFrame([ALERT | change for change in changes], columns=list(ALERT)),
        pd.DataFrame([SENSOR | change for change in sensors], columns=list(SENSOR)),
        notes=(Note(1, SINCE, "li", "门禁报修"),),
        tally=Tally(3, 2, 1),
        place=lambda code: Names(f"区 {code}", f"district {code}"),
        since=SINCE,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({}, "open"),
        (TAKEN, "open"),
        ({"ack_due": pd.Timestamp(NOW)}, "open"),  # due now is not late
        ({"ack_due": pd.Timestamp(NOW - timedelta(seconds=1))}, "late"),
        ({**TAKEN, "ack_due": pd.Timestamp(NOW - timedelta(hours=1))}, "open"),  # somebody has it
        ({**TAKEN, "handle_due": pd.Timestamp(NOW - timedelta(seconds=1))}, "late"),
        ({"ack_due": pd.NaT}, "open"),
        ({"stale_since": pd.Timestamp(SINCE)}, "stale"),
        ({"stale_since": pd.Timestamp(SINCE), "ack_due": pd.Timestamp(SINCE)}, "late"),
        ({**ASIDE, "ack_due": pd.Timestamp(SINCE), "stale_since": pd.Timestamp(SINCE)}, "shelved"),
    ],
)
def test_an_alert_stands_once_where_it_asks_most(change: dict[str, Any], group: str) -> None:
    found = sheet(change)
    groups = {name: len(getattr(found, name)) for name in ("late", "stale", "open", "shelved")}

    assert groups == {**dict.fromkeys(groups, 0), group: 1}


def test_a_line_says_which_deadline_passed() -> None:
    passed = pd.Timestamp(NOW - timedelta(minutes=5))
    nobody, somebody = sheet({"ack_due": passed}, {**TAKEN, "handle_due": passed}).late

    assert (nobody.missed, nobody.due, nobody.holder) == (Missed.ACKNOWLEDGE, passed, None)
    assert (somebody.missed, somebody.due, somebody.holder) == (Missed.HANDLE, passed, "li")


def test_the_order_of_the_queue_is_kept() -> None:
    assert [line.alert_id for line in sheet({"alert_id": 3}, {"alert_id": 1}, {"alert_id": 2}).open] == [3, 1, 2]


def test_the_late_ones_stand_by_severity_then_by_how_late_they_are() -> None:
    due = [pd.Timestamp(NOW - timedelta(minutes=minutes)) for minutes in (5, 9, 7)]
    late = sheet(*({"alert_id": place, "ack_due": moment} for place, moment in enumerate(due)), {
        "alert_id": 9, "severity": 1, "ack_due": due[0]
    }).late  # fmt: skip

    assert [line.alert_id for line in late] == [9, 1, 2, 0]


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
    found = sheet({}, TAKEN, ASIDE, {"stale_since": pd.Timestamp(SINCE)}, sensors=({},))

    assert msgspec.json.decode(msgspec.json.encode(found), type=Sheet) == found
