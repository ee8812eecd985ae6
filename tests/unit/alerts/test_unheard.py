"""When a device that is not taken, or never came, has lasted too long; and missing reports."""

import pytest

from alerts.conditions import MissingReports, Unheard
from alerts.detection.delivery import Hearing, lasts, missing_reports, unheard
from alerts.detection.timed import TimedSeries

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


def place(number: int, kind: str = "gas_detector") -> TimedSeries:
    return TimedSeries(number, f"G-{number}", kind, "990101001")


def test_each_device_has_its_own_time_and_is_told_why() -> None:
    """G-1 is of a kind that red rules rely on, G-2 is not; G-3 is refused; G-4 is well."""
    found = unheard(
        WHEN,
        [
            (place(1), Hearing(0, 15)),
            (place(2, "hydrant"), Hearing(0, 15)),
            (place(3), Hearing(0, 60, has_reported=True, refused=3, refused_since=50 * SECOND)),
            (place(4), Hearing(0, 15, has_reported=True)),
        ],
        urgent={"gas_detector"},
        listening_since=0,
        now=100 * SECOND,
    )

    assert found.holding == {
        1: "G-1 has never reported since it was registered 100 s ago",
        3: "all 3 messages of G-3 in 50 s were refused; see the dead letters",
    }
    assert found.values == {1: 100, 2: 100, 3: 50}
    assert {series: bound.limit for series, bound in found.bounds.items()} == {1: 40, 2: 600, 3: 40, 4: 40}
    assert found.clearing == {4}


MISSING = MissingReports(reports=10, seconds=600)


@pytest.mark.parametrize("own", [set(), {7}])
def test_few_missing_reports_are_no_alert_and_end_one(own: set[int]) -> None:
    found = missing_reports(MISSING, {place(1): 4, place(2): 5}, own=own)

    assert (found.holding, found.clearing, found.values) == ({}, own, dict.fromkeys(own, 9.0))


def test_missing_reports_of_many_hang_on_who_misses_most_and_stay_there() -> None:
    grown = {place(1): 4, place(2): 6}
    words = "10 reports of 2 devices are missing by their numbers (seq), most of G-2"

    assert missing_reports(MISSING, grown, own=()).holding == {2: words}
    assert missing_reports(MISSING, grown, own={7}).holding == {7: words}
    assert missing_reports(MISSING, grown, own={7}).values == {7: 10.0}


def test_missing_reports_of_one_device_name_it_once() -> None:
    found = missing_reports(MISSING, {place(1): 12}, own=())

    assert found.holding == {1: "12 reports of G-1 are missing by their numbers (seq)"}
