"""Of a condition that flaps thousands of times in one batch the first and the last changes are kept."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from alerts.detection.alert_change import AlertChange
from alerts.detection.flapping import MOST, thin
from alerts.lifecycle import Event
from tests.alert_samples import make_rule

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def flaps(count: int, series: int = 1) -> list[AlertChange]:
    rule, moment = make_rule(2), timedelta(milliseconds=1)
    events = [(Event.RAISE, Event.CLEAR)[number % 2] for number in range(count)]
    return [AlertChange(rule, series, event, NOW + moment * number, 1.0, "held") for number, event in enumerate(events)]


@pytest.mark.parametrize("count", [0, 1, MOST])
def test_a_few_changes_stay_as_they_are(count: int) -> None:
    assert thin(flaps(count)) == flaps(count)


@pytest.mark.parametrize("count", [MOST + 1, MOST + 2, 5_000, 5_001])
def test_of_many_the_ends_are_kept_and_they_still_take_turns(count: int) -> None:
    changes = flaps(count)
    kept = thin(changes)

    assert MOST - 1 <= len(kept) <= MOST
    assert kept[0] == changes[0]
    assert kept[-1].event == changes[-1].event
    assert kept[-1].time == changes[-1].time
    assert all(one.event != other.event for one, other in itertools.pairwise(kept))
    assert kept[MOST // 2].reason == f"held ({count - len(kept)} changes before it left out)"


@pytest.mark.parametrize(("count", "kept"), [(10, 10), (11, 9), (12, 10), (5_000, 10), (5_001, 9)])
def test_of_one_batch_ten_changes_are_kept_at_most(count: int, kept: int) -> None:
    assert len(thin(flaps(count))) == kept


def test_each_series_is_counted_by_itself() -> None:
    mixed = sorted([*flaps(MOST, series=1), *flaps(MOST, series=2)], key=lambda change: change.time)

    assert thin(mixed) == mixed
