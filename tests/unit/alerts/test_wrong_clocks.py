"""A rule on the clocks of devices: what is one device's, and what all of a city have in common."""

import pytest

from alerts.conditions import WrongClock
from alerts.detection.clocks import common_skew, wrong
from alerts.detection.timed import TimedSeries
from cityops.clock import TELL_OF_US

WHEN = WrongClock(seconds=60, clear=30)
PLACE = TimedSeries(7, "G-7", "gas_detector", "990101001")


@pytest.mark.parametrize(
    ("median", "clocks", "common"),
    [(90.0, TELL_OF_US, 90.0), (90.0, TELL_OF_US - 1, 0.0), (-90.0, 4000, -90.0), (None, 4000, 0.0), (None, 0, 0.0)],
)
def test_few_clocks_tell_nothing_of_ours(median: float | None, clocks: int, common: float) -> None:
    assert common_skew(median, clocks) == common


@pytest.mark.parametrize("common", [0.0, 500.0, -500.0])
@pytest.mark.parametrize(
    ("off", "said", "is_over"),
    [
        (60.0, "G-7 is 60 s behind", False),
        (-60.0, "G-7 is 60 s ahead", False),
        (59.9, None, False),  # neither wrong nor right again
        (30.0, None, False),
        (29.9, None, True),
        (0.0, None, True),
        (-29.9, None, True),
    ],
)
def test_what_a_clock_is_off_beyond_all_others_is_its_own(
    common: float, off: float, said: str | None, is_over: bool
) -> None:
    found = wrong(WHEN, [(PLACE, common + off)], common=common)

    assert found.values[7] == pytest.approx(abs(off))
    assert found.holding == ({7: f"the clock of {said}"} if said else {})
    assert found.clearing == ({7} if is_over else set())
