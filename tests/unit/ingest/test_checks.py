"""Which times can be true: the check that every reading passes, at its boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from cityops.clock import microseconds
from ingest.checks import EARLIEST, MOST_AHEAD, check_time
from ingest.errors import Undecodable

ARRIVAL = datetime(2026, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("time", "refusal"),
    [
        (ARRIVAL, None),
        (ARRIVAL + MOST_AHEAD - TICK, None),
        (ARRIVAL + MOST_AHEAD, None),
        (ARRIVAL + MOST_AHEAD + TICK, "in the future"),
        (EARLIEST + TICK, None),
        (EARLIEST, None),
        (EARLIEST - TICK, "is before 2000-01-01"),
    ],
)
def test_a_time_may_be_a_little_ahead_and_not_before_2000(time: datetime, refusal: str | None) -> None:
    if refusal is None:
        check_time(microseconds(time), arrival=microseconds(ARRIVAL))
        return
    with pytest.raises(Undecodable, match=refusal) as caught:
        check_time(microseconds(time), arrival=microseconds(ARRIVAL))

    assert caught.value.field == "time"
