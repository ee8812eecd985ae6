"""When a device that is not taken, or never came, has lasted too long."""

import pytest

from alerts.conditions import Unheard
from alerts.detection.delivery import Hearing, lasts

WHEN = Unheard(seconds=600, urgent=40, intervals=10)
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("hearing", "is_urgent", "longest"),
    [
        (Hearing(0, 15), True, 40),
        (Hearing(0, 60), True, 90),  # its first report may still come
        (Hearing(0, 60, refused=1), True, 40),  # it came, and was refused
        (Hearing(0, 60), False, 600),
        (Hearing(0, 300), False, 3000),
        (Hearing(-999 * SECOND, 15, has_reported=True, refused=2, refused_since=0), True, 40),
    ],
)
def test_it_may_last_so_long(hearing: Hearing, is_urgent: bool, longest: int) -> None:
    def at(seconds: int) -> bool:
        return lasts(WHEN, hearing, is_urgent=is_urgent, listening_since=-10, now=seconds * SECOND)

    assert (at(longest - 1), at(longest)) == (False, True)


@pytest.mark.parametrize("refused", [0, 1])
def test_a_device_that_was_taken_and_at_most_once_refused_is_well(refused: int) -> None:
    hearing = Hearing(0, 15, has_reported=True, refused=refused, refused_since=1)

    assert not lasts(WHEN, hearing, is_urgent=True, listening_since=0, now=9999 * SECOND)


def test_a_time_in_which_nobody_listened_is_nobodys_fault() -> None:
    assert not lasts(WHEN, Hearing(0, 15), is_urgent=True, listening_since=100 * SECOND, now=139 * SECOND)
