"""Grouping does not depend on the order in which alerts come, nor on how many come at once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.board.incidents.grouping import RADIUS, SPAN, Spot, group

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NORTH = 1 / 110_870  # degrees a metre at 31 degrees north

spots = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 20_000), st.integers(0, 20_000)), min_size=1, max_size=25
).map(
    lambda places: [
        Spot(number, NOW + timedelta(minutes=minutes), 121 + east * NORTH, 31 + north * NORTH)
        for number, (minutes, east, north) in enumerate(places)
    ]
)


def all_at_once(alerts: list[Spot]) -> set[frozenset[int]]:
    return {found.alerts for found in group(alerts)}


def in_portions(alerts: list[Spot], sizes: list[int]) -> set[frozenset[int]]:
    """Group as watch does: portion by portion, what is known only where it may be near, merging as it says."""
    homes: dict[int, int] = {}
    by_id = {spot.alert_id: spot for spot in alerts}
    start = 0
    for size in [*sizes, len(alerts)]:
        new = alerts[start : start + size]
        start += size
        if not new:
            continue
        times = [spot.opened_at for spot in new]
        low, high = min(times) - SPAN, max(times) + SPAN
        near = [
            Spot(number, by_id[number].opened_at, by_id[number].lon, by_id[number].lat, incident)
            for number, incident in homes.items()
            if low <= by_id[number].opened_at <= high
        ]
        for found in group(new, near):
            home = min(found.incidents | found.alerts)
            homes.update(dict.fromkeys(found.alerts, home))
            homes.update({number: home for number, old in homes.items() if old in found.incidents})
    return {frozenset(number for number, home in homes.items() if home == wanted) for wanted in set(homes.values())}


@settings(max_examples=150)
@given(spots, st.randoms(use_true_random=False), st.lists(st.integers(1, 6), max_size=6))
def test_any_order_and_any_portions_give_the_same_incidents(
    alerts: list[Spot], random: object, sizes: list[int]
) -> None:
    expected = all_at_once(alerts)
    shuffled = list(alerts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert in_portions(shuffled, sizes) == expected


@given(spots)
def test_every_alert_is_in_one_incident(alerts: list[Spot]) -> None:
    found = [number for members in all_at_once(alerts) for number in members]

    assert sorted(found) == [spot.alert_id for spot in alerts]


def test_a_chain_of_near_alerts_is_one_and_a_gap_parts_it() -> None:
    step = RADIUS * 1000 * NORTH
    chain = [Spot(number, NOW + number * SPAN, 121, 31 + number * step * 0.999) for number in range(5)]
    assert all(after.lat - before.lat < step for before, after in pairwise(chain))
    assert all_at_once(chain) == {frozenset(range(5))}

    assert all_at_once([chain[0], Spot(9, NOW, 121, 31 + step * 1.001)]) == {frozenset({0}), frozenset({9})}
    late = Spot(9, NOW + SPAN + timedelta(seconds=1), 121, 31)
    assert all_at_once([chain[0], late]) == {frozenset({0}), frozenset({9})}


@pytest.mark.parametrize(
    ("metres", "later", "incidents"),
    [
        (2_999, timedelta(), 1),
        (3_001, timedelta(), 2),
        (0, timedelta(minutes=10), 1),
        (0, timedelta(minutes=10, seconds=1), 2),
        (2_999, timedelta(minutes=10), 1),
    ],
)
def test_near_is_three_kilometres_and_ten_minutes(metres: int, later: timedelta, incidents: int) -> None:
    there = Spot(2, NOW + later, 121, 31 + metres * NORTH)

    assert len(group([Spot(1, NOW, 121, 31), there])) == incidents


def test_a_new_alert_between_two_incidents_makes_them_one() -> None:
    step = RADIUS * 1000 * NORTH
    known = [Spot(1, NOW, 121, 31, incident=7), Spot(2, NOW, 121, 31 + 1.8 * step, incident=4)]

    (found,) = group([Spot(3, NOW, 121, 31 + 0.9 * step)], known)

    assert found.alerts == {3}
    assert found.incidents == {4, 7}
