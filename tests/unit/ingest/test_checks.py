"""Which times can be true: at their boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from cityops.clock import microseconds
from ingest.checks.content import EARLIEST, MOST_AHEAD, can_be, check_time
from ingest.errors import Undecodable

ARRIVAL = datetime(2026, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (ARRIVAL, True),
        (ARRIVAL + MOST_AHEAD - TICK, True),
        (ARRIVAL + MOST_AHEAD, True),
        (ARRIVAL + MOST_AHEAD + TICK, False),
        (EARLIEST + TICK, True),
        (EARLIEST, True),
        (EARLIEST - TICK, False),
    ],
)
def test_a_clock_that_is_nearly_right_is_a_little_ahead_at_most_and_not_before_2000(
    time: datetime, expected: bool
) -> None:
    assert can_be(microseconds(time), arrival=microseconds(ARRIVAL)) is expected


@pytest.mark.parametrize("newest", [EARLIEST - timedelta(days=9000), ARRIVAL, ARRIVAL + timedelta(days=9000)])
def test_no_clock_is_too_wrong_but_nothing_in_a_message_is_decades_older_than_its_newest(newest: datetime) -> None:
    def check(time: datetime) -> None:
        check_time(microseconds(time), newest=microseconds(newest), arrival=microseconds(ARRIVAL))

    oldest = newest - (ARRIVAL - EARLIEST)
    check(newest)
    check(oldest)
    with pytest.raises(Undecodable, match="older than any device") as caught:
        check(oldest - TICK)
    assert caught.value.field == "time"


@pytest.mark.parametrize(("days", "is_taken"), [(0, False), (29.9, False), (-29.9, False), (30, True), (-30, True)])
def test_seconds_in_place_of_milliseconds_are_told_so_long_as_they_are_of_this_month(
    days: float, is_taken: bool
) -> None:
    sent = microseconds(ARRIVAL + timedelta(days=days)) // 1000  # the seconds since 1970, taken for milliseconds
    arrival = microseconds(ARRIVAL)
    if is_taken:
        check_time(sent, newest=sent, arrival=arrival)
    else:
        with pytest.raises(Undecodable, match="looks like seconds since 1970; send milliseconds"):
            check_time(sent, newest=sent, arrival=arrival)
