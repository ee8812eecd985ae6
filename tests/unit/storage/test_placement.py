"""Two values with one time stamp are two facts; a fact that is sent again finds itself, whatever the order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.storage.readings import placement as placement_module
from cityops.storage.readings.columns import Columns
from cityops.storage.readings.placement import FARTHEST, Placement, place

Fact = tuple[int, int, float]  # series, time, value
FACTS = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 3), st.sampled_from([1.0, 2.0, 3.0])), max_size=12)


def columns(facts: list[Fact]) -> Columns:
    series, time, value = zip(*facts, strict=True) if facts else ((), (), ())
    return Columns(
        np.array(time, np.int64), np.array(series, np.int32), np.array(value, np.float64), np.ones(len(facts), np.int16)
    )


def store(table: dict[tuple[int, int], float], facts: list[Fact]) -> Placement:
    """Place facts and put them into a table, as a database would."""
    placement = place(columns(facts), table)
    added = placement.added
    keys = list(zip(added.series.tolist(), added.time.tolist(), strict=True))
    assert not table.keys() & set(keys)
    assert len(set(keys)) == len(keys)
    table.update(zip(keys, added.value.tolist(), strict=True))
    return placement


def test_readings_at_times_of_their_own_stay_where_they_are() -> None:
    placement = place(columns([(1, 5, 1.0), (2, 5, 1.0), (1, 6, 1.0)]), {})

    assert placement.columns.time.tolist() == [5, 5, 6]
    assert placement.new.all()


def test_a_second_value_at_one_time_goes_to_the_next_free_microsecond() -> None:
    table = {(1, 5): 2.0}

    placement = store(table, [(1, 5, 65.0), (1, 6, 7.0), (1, 5, 65.0)])

    assert table == {(1, 5): 2.0, (1, 6): 7.0, (1, 7): 65.0}
    assert placement.new.tolist() == [True, True, False]


def test_what_finds_no_room_is_told_apart() -> None:
    table = {(1, time): float(time) for time in range(FARTHEST + 1)}

    placement = store(table, [(1, 0, -1.0), (1, 1, -1.0), (1, 0, 5.0)])

    assert placement.crowded.tolist() == [True, False, False]
    assert placement.new.tolist() == [False, True, False]


@given(FACTS, st.data())
def test_what_is_sent_again_adds_nothing(facts: list[Fact], data: st.DataObject) -> None:
    """In other batches, out of order, or in part; and no value of a time stamp is ever lost."""
    table: dict[tuple[int, int], float] = {}
    cut = data.draw(st.integers(0, len(facts)))
    store(table, facts[:cut])
    store(table, facts[cut:])
    before = dict(table)

    again = data.draw(st.lists(st.sampled_from(facts), max_size=20)) if facts else []
    placement = store(table, again)

    assert table == before
    assert not placement.new.any()
    for series, time, value in facts:
        assert value in [table.get((series, moment)) for moment in range(time, time + len(facts) + 1)]


def test_thousands_of_values_at_one_time_are_not_each_looked_for_a_thousand_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []

    def look(*key: object) -> int | None:
        looks.append(key)
        return find(*key)  # type: ignore[arg-type]

    find = placement_module._find_place
    monkeypatch.setattr(placement_module, "_find_place", look)
    table = {(1, time): float(time) for time in range(FARTHEST + 1)}
    facts = [(1, 0, float(-1 - number)) for number in range(5_000)] + [(1, 0, 7.0)]

    placement = place(columns(facts), table)

    assert placement.crowded.tolist() == [True] * 5_000 + [False]
    assert placement.columns.time.tolist()[-1] == 7
    assert len(looks) == 1
