"""Who a sensor is when its device, the registry and a second device of the same id disagree: the whole table."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cityops.devices.identity import REFUSED, Identity, IdentityVerdict, after, explain, judge
from cityops.devices.sensors import Sensor

V = IdentityVerdict
GAS = Sensor("G-1", "990101001", "emergency", "gas_detector", "燃气 1", 118.8, 31.9)
MOVED = replace(GAS, name="燃气一号", lon=118.81)
ELSEWHERE = replace(GAS, area="990102001")
WATER = replace(GAS, kind="hydrant")
SPEAKS = Identity(GAS, GAS, GAS.area)
LISTED = Identity(GAS, None, None, in_registry=True)  # imported, and never heard
BOTH = Identity(MOVED, GAS, GAS.area, in_registry=True)
RIVALLED = replace(SPEAKS, rival=ELSEWHERE)
RETIRED = replace(SPEAKS, retired_at=datetime(2026, 3, 1, tzinfo=UTC))
GIVEN_UP = replace(RETIRED, successor="G-2")

TABLE = [
    # known, what a device says, what that comes to said now, and repeated by the broker
    (None, GAS, V.ACCEPT, V.ACCEPT),
    (SPEAKS, GAS, V.REPEAT, V.REPEAT),
    (SPEAKS, MOVED, V.ACCEPT, V.ACCEPT),  # a device may correct its name and place
    (SPEAKS, ELSEWHERE, V.OTHER_AREA, V.OTHER_AREA),
    (SPEAKS, WATER, V.OTHER_KIND, V.OTHER_KIND),
    (RIVALLED, ELSEWHERE, V.OTHER_AREA, V.REPEAT),  # one letter, however often the broker repeats it
    (RIVALLED, WATER, V.OTHER_KIND, V.OTHER_KIND),
    (LISTED, MOVED, V.NOTE, V.NOTE),
    (LISTED, ELSEWHERE, V.NOTE, V.NOTE),  # in whose topics it speaks is not known yet
    (LISTED, WATER, V.NOTE, V.NOTE),  # the registry's word is in force, it is no other device
    (BOTH, GAS, V.REPEAT, V.REPEAT),
    (BOTH, MOVED, V.NOTE, V.NOTE),  # what the registry says is news of the device
    (BOTH, ELSEWHERE, V.OTHER_AREA, V.OTHER_AREA),
    (replace(SPEAKS, topic_area=None), GAS, V.ACCEPT, V.ACCEPT),  # now it is known where it speaks
    (RETIRED, GAS, V.ACCEPT, V.REPEAT),  # only who speaks himself comes back
    (RETIRED, replace(ELSEWHERE, kind="hydrant"), V.ACCEPT, V.REPEAT),
    (GIVEN_UP, GAS, V.MERGED, V.REPEAT),
]


@pytest.mark.parametrize(("known", "told", "now", "repeated"), TABLE)
def test_what_a_registration_comes_to(
    known: Identity | None, told: Sensor, now: IdentityVerdict, repeated: IdentityVerdict
) -> None:
    assert judge(known, told, retained=False) is now
    assert judge(known, told, retained=True) is repeated


@pytest.mark.parametrize("retained", [False, True])
@pytest.mark.parametrize(("known", "told"), [row[:2] for row in TABLE])
def test_what_the_broker_repeats_was_judged_before(known: Identity | None, told: Sensor, retained: bool) -> None:
    verdict = judge(known, told, retained=retained)

    assert judge(after(known, told, verdict), told, retained=True) is V.REPEAT


def test_an_accepted_device_is_in_force_and_knows_where_it_speaks() -> None:
    found = after(RETIRED, ELSEWHERE, V.ACCEPT)

    assert found == Identity(ELSEWHERE, ELSEWHERE, ELSEWHERE.area)
    assert after(None, GAS, V.ACCEPT) == SPEAKS


def test_what_a_device_says_beside_the_registry_is_kept_and_not_in_force() -> None:
    found = after(LISTED, MOVED, V.NOTE)

    assert found == Identity(GAS, MOVED, MOVED.area, in_registry=True)


def test_a_second_device_is_noted_and_changes_nothing_else() -> None:
    assert after(SPEAKS, ELSEWHERE, V.OTHER_AREA) == RIVALLED
    assert after(SPEAKS, WATER, V.OTHER_KIND) == replace(SPEAKS, rival=WATER)
    assert after(GIVEN_UP, GAS, V.MERGED) == GIVEN_UP
    assert after(None, GAS, V.MERGED) is None


@pytest.mark.parametrize(
    ("known", "told", "field", "words"),
    [
        (GIVEN_UP, GAS, "topic.sensor", "goes on as G-2"),
        (SPEAKS, ELSEWHERE, "topic.area", "speaks in area 990101001"),
        (SPEAKS, WATER, "kind", "is a gas_detector, and another device says it is a hydrant"),
    ],
)
def test_who_is_refused_is_told_what_to_do(known: Identity, told: Sensor, field: str, words: str) -> None:
    verdict = judge(known, told, retained=False)

    assert verdict in REFUSED
    where, why = explain(verdict, known, told)
    assert where == field
    assert words in why
