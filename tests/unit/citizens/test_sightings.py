"""What counts as one incident."""

from datetime import timedelta
from random import Random

from citizens.topics.reported_incidents import find_incidents
from citizens.topics.sightings import Sighting, Told, places_of, street_of
from cityops.geography.distances import distance_km
from tests.unit.citizens.towns import AREAS, DAY, START, sighting

HERE, NEXT_DOOR, AFAR = (118.8, 31.9), (118.8005, 31.9), (118.81, 31.9)  # 47 m and 945 m away


def groups(*told: Sighting) -> list[list[int]]:
    found = find_incidents(told, within=DAY, metres=150)
    return [[one.number for one in incident.sightings] for incident in found]


def test_a_burst_of_calls_about_one_place_is_one_incident() -> None:
    calls = [
        sighting(START + timedelta(minutes=3 * n), number=n, place=NEXT_DOOR if n % 2 else HERE) for n in range(20)
    ]
    assert groups(*reversed(calls)) == [list(range(20))]


def test_another_place_category_or_day_is_another_incident() -> None:
    first = sighting(START, number=1, place=HERE)
    assert groups(first, sighting(START, number=2, place=AFAR)) == [[1], [2]]
    assert groups(first, sighting(START, number=2, place=HERE, category="event/05-05")) == [[1], [2]]
    assert groups(first, sighting(START + DAY, number=2, place=HERE)) == [[1, 2]]
    assert groups(first, sighting(START + DAY * 1.01, number=2, place=HERE)) == [[1], [2]]
    assert groups(first, sighting(START, number=2)) == [[1], [2]]  # nobody knows where


def test_a_chain_of_calls_does_not_go_on_for_ever() -> None:
    calls = [sighting(START + n * DAY * 0.6, number=n, place=HERE) for n in range(4)]
    assert groups(*calls) == [[0, 1], [2, 3]]


def test_what_one_case_has_taken_in_is_one_however_far_apart() -> None:
    of_case = [
        sighting(START + n * 2 * DAY, number=n, told=told, place=place, category=category, belongs="case 7")
        for n, (told, place, category) in enumerate(
            [(Told.ALERT, HERE, ""), (Told.REPORT, AFAR, "event/05-06"), (Told.CASE, None, "event/05-05")]
        )
    ]
    assert groups(*of_case, sighting(START, number=9, belongs="case 8")) == [[0, 1, 2], [9]]


def test_a_community_lies_in_a_street_and_a_district() -> None:
    assert list(places_of(AREAS, "990101001001")) == ["990101001", "990101"]
    assert list(places_of(AREAS, "990101")) == ["990101"]
    assert list(places_of(AREAS, "99")) == list(places_of(AREAS, "elsewhere")) == []
    assert street_of(AREAS, "990101001001") == street_of(AREAS, "990101001") == "990101001"
    assert street_of(AREAS, "990101") == ""


def test_many_calls_are_joined_as_each_with_each_would_join_them() -> None:
    """The squares of the ground leave nothing out, at their borders neither."""
    chance = Random(7)
    calls = [
        sighting(
            START + chance.uniform(0, 3) * DAY,
            number=number,
            place=(118.8 + chance.uniform(-0.01, 0.01), chance.choice((31.9, 59.9)) + chance.uniform(-0.01, 0.01)),
        )
        for number in range(500)
    ]
    slow: list[list[Sighting]] = []
    for one in sorted(calls, key=lambda one: one.at):
        near = (
            group
            for group in slow
            if one.at - group[0].at <= DAY and distance_km(*place_of(group[0]), *place_of(one)) <= 0.15
        )
        group = next(near, None)
        if group is None:
            slow.append([one])
        else:
            group.append(one)
    assert groups(*calls) == [[one.number for one in group] for group in slow]
    assert 200 < len(slow) < 490


def place_of(one: Sighting) -> tuple[float, float]:
    assert one.longitude is not None
    assert one.latitude is not None
    return one.longitude, one.latitude
