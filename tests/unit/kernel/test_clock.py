"""A clock that is set makes nothing old or young: time is counted on, until the database says who is right."""

from datetime import UTC, datetime, timedelta

import pytest

from cityops.clock import SteadyClock

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
