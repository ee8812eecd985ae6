"""The online state at its boundaries: a minute's device, now at noon, in seconds before noon."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from cityops.devices.presence import GRACE, find_presence, note_reports

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATE, SILENT = 180, 600  # three and ten of its intervals, as docs and screens say
LONG = 86400.0


def ago(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOW - timedelta(seconds=seconds)


def facts(
    status: str = "unknown",
    told: float | None = None,
    heard: float | None = None,
    registered: float = LONG,
    since: float = 7200,
    rival: float | None = None,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sensor_id": ["s"], "status": [status], "status_at": [ago(told)], "registered_at": [ago(registered)],
            "heard_at": [ago(heard)], "reporting_since": [ago(since if heard is not None else None)],
            "rival_at": [ago(rival)], "interval_seconds": [60.0],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "state", "reason", "since"),
    [
        # Reports alone.
        (facts(heard=0), "online", "reports", 7200),
        (facts(heard=LATE - 1), "online", "reports", 7200),
        (facts(heard=LATE), "online", "reports", 7200),
        (facts(heard=LATE + 1), "late", "overdue", LATE + 1),
        (facts(heard=SILENT), "late", "overdue", SILENT),
        (facts(heard=SILENT + 1), "silent", "overdue", SILENT + 1),
        # A second device uses its id.
        (facts(heard=0, rival=LONG), "contradictory", "two_devices", LONG),
        (facts("offline", 100, rival=5), "contradictory", "two_devices", 5),
        (facts(heard=0, rival=LONG + 1), "online", "reports", 7200),
        # Registered, and then?
        (facts(registered=0), "late", "no_report_yet", 0),
        (facts(registered=SILENT), "late", "no_report_yet", SILENT),
        (facts(registered=SILENT + 1), "never_reported", "never_reported", SILENT + 1),
        (facts(heard=LONG, registered=2 * LONG), "silent", "overdue", LONG),
        # It said online.
        (facts("online", 3600, heard=10), "online", "reports", 7200),
        (facts("online", 3600, heard=SILENT), "late", "overdue", SILENT),
        (facts("online", 3600, heard=SILENT + 1), "contradictory", "silent_while_online", SILENT + 1),
        (facts("online", SILENT, heard=LONG), "late", "overdue", LONG),  # it is just coming back
        (facts("online", SILENT + 1, heard=LONG), "contradictory", "silent_while_online", SILENT + 1),
        (facts("online", SILENT + 1), "contradictory", "silent_while_online", SILENT + 1),
        (facts("online", 5), "late", "no_report_yet", LONG),
        # It, or its last will, said offline, and was not heard since.
        (facts("offline", 100, heard=110), "silent", "said_offline", 100),
        (facts("offline", 100), "silent", "said_offline", 100),
        (facts("offline", 100, heard=100 - GRACE.seconds + 1), "silent", "said_offline", 100),
        (facts("offline", 100, heard=100 - GRACE.seconds), "silent", "said_offline", 100),
        (facts("offline", None, heard=LATE + 1), "silent", "said_offline", LATE + 1),
        (facts("offline", None), "silent", "said_offline", LONG),
        # It said offline a moment after a report: perhaps the will of the connection before. The next report tells.
        (facts("offline", 50, heard=60), "online", "reports_while_offline", 7200),
        (facts("offline", 50, heard=61), "silent", "said_offline", 50),
        # It was heard since: the will came late, or nobody knows when it was said.
        (facts("offline", 100, heard=100 - GRACE.seconds - 1), "online", "reports_while_offline", 7200),
        (facts("offline", None, heard=LATE), "online", "reports_while_offline", 7200),
        (facts("offline", LONG, heard=LATE), "online", "reports_while_offline", 7200),
        (facts("offline", LONG, heard=LATE + 1), "late", "overdue", LATE + 1),
        (facts("offline", LONG, heard=SILENT + 1), "silent", "overdue", SILENT + 1),
    ],
)  # fmt: skip
def test_state_reason_and_since(case: pd.DataFrame, state: str, reason: str, since: float) -> None:
    found = find_presence(case, NOW).iloc[0]

    assert (found["state"], found["reason"], found["since"]) == (state, reason, ago(since))


def test_a_slower_interval_is_given_more_time() -> None:
    case = facts(heard=LATE + 1).assign(interval_seconds=300.0)

    assert find_presence(case, NOW)["state"].tolist() == ["online"]


def test_many_devices_are_judged_at_once_each_by_itself() -> None:
    cases = pd.concat([facts(heard=1), facts("offline", 3), facts()], ignore_index=True)

    assert find_presence(cases, NOW)["state"].tolist() == ["online", "silent", "never_reported"]


def test_a_city_without_sensors_has_the_same_columns() -> None:
    empty = find_presence(facts(heard=1).iloc[:0], NOW)

    assert empty.empty
    assert {"state", "reason", "since"} <= set(empty.columns)


def at(seconds: float) -> pd.Timestamp:
    return pd.Timestamp(NOW - timedelta(seconds=seconds))


def known(*heard: float | None, skew: float = 0.5) -> pd.DataFrame:
    """Minutely devices whose clocks are known, heard so many seconds ago."""
    return pd.concat([facts(heard=one) for one in heard], ignore_index=True).assign(clock_skew_seconds=skew)


def noted(before: pd.DataFrame, *reports: tuple[int, float]) -> tuple[list[pd.Timestamp], list[bool]]:
    """Note reports (row of the device, seconds ago); return when each device was heard, and what is all."""
    places = np.array([place for place, _ in reports], dtype=np.intp)
    received = pd.to_datetime(pd.Series([ago(seconds) for _, seconds in reports]), utc=True)
    after, goes_on = note_reports(before, places, received)
    return list(after["heard_at"]), goes_on.tolist()


def test_a_device_that_goes_on_to_report_is_known_by_its_newest_report() -> None:
    before = known(70, 60)
    assert noted(before, (0, 10), (0, 5), (0, 8)) == ([at(5), at(60)], [True] * 3)
    assert before["heard_at"].tolist() == [at(70), at(60)]
    assert noted(before, (1, 90)) == ([at(70), at(60)], [True])  # older than is known


def test_a_device_that_is_new_or_was_silent_for_long_has_to_be_asked_for() -> None:
    assert noted(known(60), (-1, 0)) == ([at(60)], [False])
    assert noted(known(SILENT + 1), (0, 0)) == ([at(SILENT + 1)], [False])
    assert noted(known(SILENT), (0, 0)) == ([at(0)], [True])
    assert noted(known(None), (0, 0))[1] == [False]
    assert noted(known(60, skew=float("nan")), (0, 0))[1] == [False]  # stored by another way than ingest, perhaps
