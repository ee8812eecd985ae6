"""What a device's stamps say of its clock."""

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.clock import TELL_OF_US
from ingest.checks.clock_skew import begin_anew, clock_skew, sample_skew
from ingest.checks.clocks import LONGEST_BACKLOG, TOLERANCE, Clock, Stamp, backlog, follow
from ingest.checks.windows import SIZE, Windows, median

ARRIVAL = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z
NAN = float("nan")


def skew_after(*samples: float) -> float:
    windows, device = Windows.empty(2), np.array([1])
    for sample in samples:
        windows.keep(device, windows.after(device, np.array([sample])))
    return float(clock_skew(windows.samples)[1])


def test_a_sample_is_the_arrival_minus_the_time_in_seconds() -> None:
    assert sample_skew(np.array([ARRIVAL - 2_500_000]), np.array([ARRIVAL])).tolist() == [2.5]


@pytest.mark.parametrize(
    ("samples", "skew"),
    [
        ((0.2, 0.3), NAN),  # too few to say
        ((0.2, 0.3, 0.1), 0.2),
        ((120.1, 120.3, 120.2, 120.4), 120.2),  # the clock is two minutes behind
        ((-40.1, -40.3, -40.2), -40.2),  # ahead
        ((0.1, 0.2, 3600, 3000, 2400, 0.2), 0.2),  # what was kept while the network was away
        ((0.1, 0.2, -290, 0.3), 0.1),  # one wrong stamp
        ((60.1,) * SIZE + (0.1, 0.1), 0.1),  # set right: two samples later it is known
    ],
)
def test_neither_late_readings_nor_one_wrong_stamp_move_the_skew(samples: tuple[float, ...], skew: float) -> None:
    assert skew_after(*samples) == pytest.approx(skew, nan_ok=True)


def test_a_window_forgets_the_oldest_sample() -> None:
    assert skew_after(*(0.1,) * 2, *(50.0,) * (SIZE - 2)) == 0.1
    assert skew_after(*(0.1,) * 2, *(50.0,) * (SIZE - 1)) == 50


def test_no_sample_changes_nothing_and_nothing_is_kept_before_the_commit() -> None:
    windows, device = Windows.empty(1), np.array([0])
    windows.keep(device, windows.after(device, np.array([NAN])))
    windows.after(device, np.array([5.0]))

    assert np.isnan(windows.samples).all()


@pytest.mark.parametrize(
    ("samples", "expected"), [((1, 2), NAN), ((3, 1, 2), 2), ((4, 1, 3, 2), 2), ((60, 60, 60, 900, 60), 60)]
)
def test_the_median_needs_enough_samples(samples: tuple[float, ...], expected: float) -> None:
    rows = np.full((1, SIZE), np.nan)
    rows[0, SIZE - len(samples) :] = samples

    assert float(median(rows, least=3)[0]) == pytest.approx(expected, nan_ok=True)


@dataclass
class Seat:
    """One device's reports through follow(), in seconds after ARRIVAL."""

    clock: Clock = field(default_factory=Clock)

    def hear(self, at: float, *, time: float) -> tuple[float, float]:
        """A report of `time` arrives `at`. Return its event time and the time that is stored."""
        stamp = Stamp(ARRIVAL + round(time * 1e6), ARRIVAL + round(at * 1e6))
        self.clock, addends = follow(self.clock, stamp)
        return tuple((stamp.time + addend - ARRIVAL) / 1e6 for addend in addends)  # type: ignore[return-value]


@pytest.mark.parametrize("off", [0, 1, -1, 10, -10])
def test_a_clock_that_is_nearly_right_is_taken_as_it_is(off: float) -> None:
    seat = Seat()

    assert seat.hear(0, time=off) == (off, off)
    assert seat.clock.is_plain


@pytest.mark.parametrize(
    ("off", "events", "stored"),
    [
        (10.1, [0, 15.0], [10.1, 25.1]),  # ahead: as of its arrival at once
        (299, [0, 15.0], [299, 314]),
        (301, [0, 15.0], [0, 15]),  # so far ahead it cannot be: stored as of its arrival too
        (86_400 * 3650, [0, 15.0], [0, 15]),
        (-10.1, [-10.1, 15.0], [-10.1, 4.9]),  # behind: late, or a wrong clock? The second report tells
        (-3600, [-3600, 15.0], [-3600, -3585]),
        (-86_400 * 365 * 50, [0, 15.0], [0, 15]),  # before 2000 nothing was measured
    ],
)
def test_a_wrong_clock_is_corrected_from_its_second_report_on(
    off: float, events: list[float], stored: list[float]
) -> None:
    seat = Seat()
    heard = [seat.hear(at, time=at + off) for at in (0, 15)]

    assert [event for event, _ in heard] == pytest.approx(events)
    assert [time for _, time in heard] == pytest.approx(stored)
    assert seat.clock.correction == -round(off * 1e6)


def test_a_wrong_clock_that_is_set_to_within_the_tolerance_is_right_again() -> None:
    """Ten seconds are right, as they are for a clock that was never wrong."""
    for off in (10, -10):
        seat = Seat()
        for at in (0, 15):
            seat.hear(at, time=at + 3600)
        heard = [seat.hear(at, time=at + off) for at in (30, 45, 60)]

        assert heard[1:] == [(45 + off, 45 + off), (60 + off, 60 + off)]
        assert seat.clock.correction == 0


@pytest.mark.parametrize(
    ("steps", "learned"),
    [
        ([(15, 15)], True),
        ([(15, 22)], True),  # half a step more
        ([(15, 23)], False),
        ([(15, 8)], True),
        ([(15, 7)], False),
        ([(3600, 3609)], True),
        ([(3600, 3611)], False),  # ten seconds at most
        ([(0.9, 0.9)], False),  # one burst
        ([(1, 1)], True),
        ([(0.1, 15), (0.1, 15)], False),  # what was kept, as fast as it goes
        ([(1, 15), (1, 15)], False),  # or slowly
        ([(15, -15)], False),  # backwards
        ([(1, 15), (15, 15), (15, 15)], True),  # or until the clock was set
        ([(5, 0), (10, 15)], True),  # the same again, and then the next
    ],
)
def test_two_reports_that_keep_step_with_us_tell_of_the_clock(steps: list[tuple[float, float]], learned: bool) -> None:
    seat, at, time = Seat(), 0.0, -3600.0
    seat.hear(at, time=time)
    for ours, theirs in steps:
        at, time = at + ours, time + theirs
        seat.hear(at, time=time)

    assert (seat.clock.correction != 0) is learned


def test_what_was_kept_tells_of_no_clock_however_it_comes() -> None:
    """A buffer of two days ago is emptied in any order, and the network stops now and then."""
    chance = random.Random(9)
    for _ in range(50):
        seat, at = Seat(), 0.0
        for time in chance.sample(range(-172_800, -172_700), 100):
            at += 1.5 if chance.random() < 0.1 else 0.05
            seat.hear(at, time=time)

        assert seat.clock.correction == 0


def test_after_reports_out_of_step_the_third_that_keeps_step_tells() -> None:
    seat = Seat()
    for at, time in ((0, -3600), (1, -3000), (16, -2985)):
        seat.hear(at, time=time)
    assert seat.clock.correction == 0

    seat.hear(31, time=-2970)
    assert seat.clock.correction == 3001_000_000


def test_a_report_that_agrees_ends_the_doubt() -> None:
    seat = Seat()
    for at, time in ((0, -3600), (10, 10), (15, -3585), (25, 25), (30, -3570)):
        seat.hear(at, time=time)

    assert seat.clock.correction == 0


def test_a_report_that_was_put_aside_says_nothing_of_the_clock_now() -> None:
    seat = Seat()
    for at in (100, 115):
        seat.hear(at, time=at - 3600)
    known = seat.clock
    for at in (0, 15):
        seat.hear(at, time=at)

    assert seat.clock == known


def test_what_was_sent_before_2000_or_in_the_future_is_stored_at_the_same_time_when_it_is_sent_again() -> None:
    for off in (400, 86_400 * 9000, -86_400 * 365 * 50):
        seat = Seat()
        first = [seat.hear(at, time=at + off) for at in (0, 15, 30)]
        again = [seat.hear(40 + at / 10, time=at + off) for at in (0, 15, 30)]

        assert [stored for _, stored in again] == [stored for _, stored in first]


OFF = st.sampled_from([0, 5, -5, 20, -20, 299, -299, 301, 3600, -3600, 86_400 * 400, -86_400 * 400, -86_400 * 365 * 40])


@given(st.lists(st.tuples(st.integers(1, 600), OFF, st.integers(0, 7200), st.booleans()), min_size=1, max_size=30))
def test_whatever_clocks_do_nothing_is_measured_after_it_came_and_a_steady_clock_is_heard(
    reports: list[tuple[int, int, int, bool]],
) -> None:
    seat, at, off = Seat(), 0, 0
    for step, jump, late, is_jump in reports:
        at += step
        off = jump if is_jump else off
        event, stored = seat.hear(at, time=at + off - late)
        assert event <= at + 10
        assert stored <= at + 300
    for _ in range(3):
        at += 15
        event, _ = seat.hear(at, time=at + off)

    assert event == pytest.approx(at, abs=10)


def test_samples_begin_anew_when_the_clock_was_set() -> None:
    rows = np.array([[0.1] * SIZE, [0.1] * (SIZE - 1) + [3600.2], [0.1] * (SIZE - 1) + [3600.2]])

    begun = begin_anew(rows, [NAN, 3600.0, 60.0])

    assert clock_skew(begun).tolist() == pytest.approx([0.1, 3600.2, 0.1])


def waited(late: list[float], *, devices: int = TELL_OF_US) -> float:
    """How long a batch waited (s), of messages that devices sent in turn."""
    device = np.arange(len(late)) % devices
    return backlog(device, np.array([seconds * 1e6 for seconds in late], dtype=np.int64)) / 1e6


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ([TOLERANCE / 1e6] * 20, 0),  # as right as any clock
        ([TOLERANCE / 1e6 + 1] * 20, 11),
        ([180.0] * 20, 180),
        ([180.0] * 19, 0),  # too few to say that it is not their clocks
        ([180.0] * 11 + [0.0] * 9, 180),  # what half of them say
        ([180.0] * 9 + [0.0] * 11, 0),
        ([-180.0] * 20, 0),  # nothing is early for having waited
        ([LONGEST_BACKLOG / 1e6] * 20, LONGEST_BACKLOG / 1e6),
        ([LONGEST_BACKLOG / 1e6 + 1] * 20, 0),
        ([180.0] * 20 + [500.0] * 20, 180),  # the soonest of each device: the others it kept
        ([], 0),
    ],
)
def test_what_half_of_many_devices_are_late_by_is_the_backlog(late: list[float], expected: float) -> None:
    assert waited(late) == expected


def test_a_device_that_says_much_is_one_device() -> None:
    assert waited([180.0] * 2 * TELL_OF_US, devices=TELL_OF_US - 1) == 0
