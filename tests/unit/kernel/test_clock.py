"""A clock that is set makes nothing old or young: time is counted on, until the database says who is right."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.clock import SteadyClock, from_microseconds, microseconds, milliseconds

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock can be set."""

    def __init__(self) -> None:
        self.passed = 0.0  # seconds since it was started
        self.wrong = timedelta(0)
        self.clock = SteadyClock(lambda: self.right + self.wrong, lambda: self.passed)

    @property
    def right(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)


@pytest.mark.parametrize("step", [HOUR, -HOUR, timedelta(seconds=5)])
def test_a_clock_that_is_set_wrong_is_not_believed_and_back_again_is(step: timedelta) -> None:
    machine = Machine()
    for wrong in (timedelta(0), step, step, timedelta(0), timedelta(0)):
        machine.passed += 30
        machine.wrong = wrong
        assert machine.clock.now() == machine.right
        machine.clock.check(machine.right + timedelta(milliseconds=40))
        assert machine.clock.now() == machine.right


def test_a_wrong_clock_that_is_put_right_is_believed_when_the_database_agrees() -> None:
    machine = Machine()
    machine.wrong = HOUR
    machine.clock = SteadyClock(lambda: machine.right + machine.wrong, lambda: machine.passed)
    assert machine.clock.now() == machine.right + HOUR  # nobody can know yet
    machine.passed, machine.wrong = 30, timedelta(0)
    assert machine.clock.now() == machine.right + HOUR
    machine.clock.check(machine.right)
    assert machine.clock.now() == machine.right


def test_time_that_passes_is_no_step_however_long_nobody_asked() -> None:
    machine = Machine()
    machine.passed = 90_000
    assert machine.clock.now() == machine.right


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 2, 0, 0, 1, 7, tzinfo=UTC), 86_401_000_007),
        (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), -1_000_000),
        (datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))), 1_772_323_200_000_000),
    ],
)
def test_a_moment_is_so_many_microseconds_since_1970(moment: datetime, count: int) -> None:
    assert (microseconds(moment), milliseconds(moment)) == (count, count // 1000)
    assert from_microseconds(count) == moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_no_microsecond_is_lost_on_the_way_there_and_back(moment: datetime) -> None:
    assert from_microseconds(microseconds(moment)) == moment
