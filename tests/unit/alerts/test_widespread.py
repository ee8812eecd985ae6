"""A rule that holds on many devices of an area is told once, and again device by device when few are left."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions import Widespread
from alerts.conditions.base import Wrong
from alerts.detection.timed import TimedSeries
from alerts.detection.widespread import area_of, spread
from cityops.catalogue import Catalogue

DISTRICT = Widespread(rule="silent", devices=4, share=0.5)
CITY = Widespread(rule="silent", devices=4, share=0.5, area_digits=0)


def places(area: str, *numbers: int) -> list[TimedSeries]:
    return [TimedSeries(number, f"S-{number}", "gas_detector", area) for number in numbers]


def test_few_devices_of_a_district_are_told_one_by_one() -> None:
    found = spread(DISTRICT, places("990101", 1, 2, 3), {"990101": 3}, [])

    assert found.areas == frozenset()
    assert found.result.holding == {}


def test_many_devices_of_a_large_district_are_few() -> None:
    assert spread(DISTRICT, places("990101", 1, 2, 3, 4), {"990101": 9}, []).areas == frozenset()
    assert spread(DISTRICT, places("990101", 1, 2, 3, 4), {"990101": 8}, []).areas == {"990101"}


def test_a_hundred_are_many_whatever_their_share() -> None:
    hundred = Widespread(rule="silent", devices=4, share=0.5, many=100)
    held = places("990101", *range(1, 101))

    assert spread(hundred, held[:99], {"990101": 6250}, []).areas == frozenset()
    assert spread(hundred, held, {"990101": 6250}, []).areas == {"990101"}
    assert spread(hundred, held[:50], {"990101": 6250}, held[:1]).areas == {"990101"}, "half of them keep it"
    assert spread(hundred, held[:49], {"990101": 6250}, held[:1]).areas == frozenset()
    assert spread(hundred, held[:4], {"990101": 8}, []).areas == {"990101"}, "a share is enough too"


def test_one_alert_tells_of_a_district_by_its_streets() -> None:
    held = [*places("990101001", 7, 5), *places("990101002", 6, 8), *places("990102001", 1, 2)]

    found = spread(DISTRICT, held, {"990101": 6, "990102": 40}, [])

    assert found.result.holding == {5: "silent holds on 4 of 6 devices of area 990101"}
    assert found.result.values == {5: 4.0}
    assert [found.covers(place) for place in held] == [True, True, True, True, False, False]


def test_the_whole_city_is_an_area() -> None:
    held = [*places("990101", 1, 2), *places("990102", 3, 4)]

    assert spread(CITY, held, {"": 8}, []).result.holding == {1: "silent holds on 4 of 8 devices of the city"}


def test_it_is_over_when_half_as_many_are_left_and_the_alert_stays_where_it_hangs() -> None:
    own = places("990101", 4)

    stays = spread(DISTRICT, places("990101", 1, 2), {"990101": 8}, own)
    over = spread(DISTRICT, places("990101", 1), {"990101": 8}, own)

    assert (set(stays.result.holding), stays.result.clearing, set(stays.areas)) == ({4}, set(), {"990101"})
    assert (over.result.holding, over.result.clearing, over.areas) == ({}, {4}, frozenset())


def test_two_alerts_of_one_district_become_one() -> None:
    found = spread(DISTRICT, places("990101", 1, 2, 3, 4), {"990101": 4}, places("990101", 2, 3))

    assert (set(found.result.holding), found.result.clearing) == ({2}, {3})


@given(
    held=st.dictionaries(st.integers(1, 60), st.sampled_from(["990101", "990102", "990103"])),
    own=st.sets(st.integers(61, 70), max_size=3),
    total=st.integers(0, 60),
)
def test_each_area_has_one_alert_or_none(held: dict[int, str], own: set[int], total: int) -> None:
    found_on = [place for number, area in held.items() for place in places(area, number)]
    hung = [place for number in own for place in places("990101", number)]

    found = spread(DISTRICT, found_on, dict.fromkeys(["990101", "990102", "990103"], total), hung)

    assert len(found.result.holding) == len(found.areas)
    assert found.result.holding.keys().isdisjoint(found.result.clearing)
    assert own <= found.result.holding.keys() | found.result.clearing
    members = Counter(area_of(DISTRICT, place) for place in found_on)
    for area in members:
        many = members[area] >= 4 and members[area] >= total / 2
        half = area == "990101" and bool(own) and members[area] >= 2 and members[area] >= total / 4
        assert (area in found.areas) == (many or half)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("rule", Widespread(rule="", devices=4, share=0.5)),
        ("devices", Widespread(rule="silent", devices=1, share=0.5)),
        ("share", Widespread(rule="silent", devices=4, share=0)),
        ("share", Widespread(rule="silent", devices=4, share=1.1)),
        ("many", Widespread(rule="silent", devices=4, share=0.5, many=3)),
        ("area_digits", Widespread(rule="silent", devices=4, share=0.5, area_digits=-1)),
    ],
)
def test_a_condition_that_could_never_work_is_refused(field: str, wrong: Widespread, catalogue: Catalogue) -> None:
    with pytest.raises(Wrong) as refused:
        wrong.check(catalogue)

    assert refused.value.field == field
