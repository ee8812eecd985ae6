"""A condition is asked for again after its period, or after a rest where asking takes long."""

from datetime import UTC, datetime, timedelta

from alerts.conditions import Aqi, Fault, Missing
from alerts.evaluation.condition_pace import LEAST_REST, PERIODS, ConditionPace

NOW = datetime(2026, 11, 3, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_each_condition_is_due_at_the_end_of_its_period() -> None:
    pace = ConditionPace()

    assert pace.due(NOW) == list(PERIODS)
    assert pace.due(NOW) == []
    assert pace.due(NOW + SECOND) == [Fault]
    assert Missing not in pace.due(NOW + PERIODS[Missing] - SECOND)
    assert Missing in pace.due(NOW + PERIODS[Missing])


def test_what_takes_long_is_asked_for_seldom() -> None:
    pace = ConditionPace()
    pace.due(NOW)
    pace.note(Aqi, 4 * SECOND)
    rest = LEAST_REST * 4 * SECOND

    assert Aqi not in pace.due(NOW + rest - SECOND)
    assert Aqi in pace.due(NOW + rest)


def test_what_has_more_to_say_is_due_at_once() -> None:
    pace = ConditionPace()
    pace.due(NOW)
    pace.ask_again(Aqi)

    assert pace.due(NOW) == [Aqi]
