"""What the clock did, its light, its reminders, and what rework does to it."""

from datetime import time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from alerts.notify.contacts import Policy, Quiet
from cases.clock.clock_light import ClockLight, light, reminders, share_used
from cases.clock.deadline import ClockInputs, find_deadline, moment_of
from cases.clock.progress import SegmentKind, segments, strip
from cases.clock.rework import ReworkPolicy, after_rework
from tests.unit.cases.calendars import SHANGHAI, at, calendar, inputs, limit
from tests.unit.cases.test_deadline import PAUSED, clocks

NIGHT = Policy(quiet=Quiet(start=time(22), end=time(7)))


def test_segments_run_and_pause() -> None:
    found = [(segment.kind, segment.begins, segment.ends) for segment in segments(PAUSED, at("10-13 10:00"))]

    assert found == [
        (SegmentKind.RUNNING, at("09-29 10:00"), at("09-30 09:00")),
        (SegmentKind.PAUSED, at("09-30 09:00"), at("10-12 09:00")),
        (SegmentKind.RUNNING, at("10-12 09:00"), at("10-13 10:00")),
    ]


@settings(max_examples=40)
@given(clocks())
def test_segments_add_up_and_do_not_overlap(clock: ClockInputs) -> None:
    until = clock.start + timedelta(days=50)
    found = segments(clock, until)

    assert found[0].begins == clock.start
    assert found[-1].ends == until
    assert all(earlier.ends == later.begins for earlier, later in pairwise(found))
    assert sum((segment.ends - segment.begins for segment in found), timedelta()) == until - clock.start


def test_a_pause_from_the_start_leaves_no_empty_segment() -> None:
    clock = inputs("06-08 09:00", "8 wh").paused(at("06-08 09:00"), at("06-08 10:00"))
    found = [(segment.kind, segment.begins, segment.ends) for segment in segments(clock, at("06-08 10:00"))]

    assert found == [(SegmentKind.PAUSED, at("06-08 09:00"), at("06-08 10:00"))]


def test_the_strip_tells_work_pauses_and_time_off_apart() -> None:
    clock = inputs("06-08 11:00", "8 wh").paused(at("06-08 15:00"), at("06-09 07:00"))
    found = [(piece.kind, piece.begins, piece.ends) for piece in strip(clock, at("06-09 09:00"), calendar())]

    assert found == [
        (SegmentKind.RUNNING, at("06-08 11:00"), at("06-08 12:00")),
        (SegmentKind.OFF, at("06-08 12:00"), at("06-08 14:00")),
        (SegmentKind.RUNNING, at("06-08 14:00"), at("06-08 15:00")),
        (SegmentKind.PAUSED, at("06-08 15:00"), at("06-09 07:00")),
        (SegmentKind.OFF, at("06-09 07:00"), at("06-09 08:00")),
        (SegmentKind.RUNNING, at("06-09 08:00"), at("06-09 09:00")),
    ]


def test_the_strip_ends_with_the_working_day() -> None:
    found = strip(inputs("06-08 17:00", "8 wh"), at("06-08 18:00"), calendar())

    assert [(piece.kind, piece.ends) for piece in found] == [(SegmentKind.RUNNING, at("06-08 18:00"))]


def test_hours_of_the_clock_run_at_night() -> None:
    found = strip(inputs("06-08 17:00", "24 uh"), at("06-09 07:00"), calendar())

    assert [(piece.kind, piece.ends) for piece in found] == [(SegmentKind.RUNNING, at("06-09 07:00"))]


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("06-08 08:00", ClockLight.GREEN),
        ("06-08 16:23", ClockLight.GREEN),
        ("06-08 16:24", ClockLight.YELLOW),  # 6.4 of 8 hours
        ("06-08 18:00", ClockLight.YELLOW),
        ("06-08 18:01", ClockLight.RED),  # though nobody works at that time
    ],
)
def test_the_light(now: str, wanted: ClockLight) -> None:
    assert light(inputs("06-08 08:00", "8 wh"), at(now), calendar()) is wanted


def test_reminders_follow_the_working_time() -> None:
    found = reminders(inputs("06-08 08:00", "10 wh"), calendar(), not_before=lambda moment: moment)

    assert found == [at("06-08 15:00"), at("06-08 18:00"), at("06-09 10:00")]


def test_reminders_keep_the_quiet_hours() -> None:
    """A help desk reminded people at midnight."""
    found = reminders(
        inputs("06-08 13:00", "1 nd"), calendar(), not_before=lambda moment: NIGHT.due(3, moment, SHANGHAI)
    )

    assert found == [at("06-09 07:00"), at("06-09 08:12"), at("06-09 13:00")]


def test_reminders_of_what_is_urgent_do_not_wait() -> None:
    found = reminders(
        inputs("06-08 23:00", "2 uh"), calendar(), not_before=lambda moment: NIGHT.due(3, moment, SHANGHAI)
    )

    assert found[0] == at("06-09 00:00")


def test_reminders_know_of_pauses() -> None:
    assert moment_of(0.5, PAUSED, calendar()) == at("10-12 10:00")  # eight hours used: seven before the pause
    assert share_used(PAUSED, at("10-12 10:00"), calendar()) == 0.5


def test_rework_gains_no_time() -> None:
    again = after_rework(PAUSED, ReworkPolicy.SAME_DUE, at=at("10-13 09:00"))

    assert find_deadline(again, calendar()) == find_deadline(PAUSED, calendar())


def test_rework_by_the_policy_of_a_new_limit_starts_anew() -> None:
    again = after_rework(PAUSED, ReworkPolicy.NEW_LIMIT, at=at("10-13 09:00"), limit=limit("4 wh"))

    assert find_deadline(again, calendar()).at == at("10-13 15:00")
