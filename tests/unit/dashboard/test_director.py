"""Which scene follows which."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.lifecycle import Suppression
from cityops.scope import Scope
from dashboard.live.scene.scene_rotation import (
    NEWS_FOR,
    Candidate,
    SceneHold,
    Stage,
    find_calls,
    make_round,
    next_stage,
)
from dashboard.live.scene.scenes import DWELL, Scene, SceneKind
from tests.alert_samples import shown_alert
from tests.unit.dashboard.samples import NOW

DOMAINS = ("environment", "traffic", "emergency")
TRAFFIC = Scene(SceneKind.DOMAIN, "traffic")
ROUND = make_round(DOMAINS, ["990101", "990102"])
OVERVIEW, ENVIRONMENT = ROUND[0], ROUND[1]


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


def after(stage: Stage | None, seconds: float, *calls: Candidate, hold: SceneHold | None = None) -> Stage:
    return next_stage(stage, scenes=ROUND, calls=calls, hold=hold, now=NOW + second(seconds))


def call(number: int = 7, severity: int = 1, at: float = 5) -> Candidate:
    return Candidate(str(number), severity, NOW + second(at), rank=f"{severity}{at:09.1f}{number}")


def test_the_scenes_take_turns_each_for_its_time() -> None:
    stage, moment, seen = after(None, 0), 0.0, []
    for _ in range(len(ROUND) + 1):
        seen.append(stage.scene)
        assert after(stage, moment + DWELL[stage.scene.kind].total_seconds() - 0.1) == stage
        moment += DWELL[stage.scene.kind].total_seconds()
        stage = after(stage, moment)

    assert seen == [*ROUND, OVERVIEW]


def test_a_new_severe_alert_comes_first_once_and_the_round_goes_on() -> None:
    during = after(after(None, 0), 5, call())

    assert during.scene == Scene(SceneKind.INCIDENT, "7")

    assert after(during, 34.9, call()).scene == during.scene

    returned = after(during, 35, call())

    assert returned.scene == OVERVIEW
    assert after(returned, 36, call()).scene == OVERVIEW


@pytest.mark.parametrize(("severity", "comes_first"), [(1, True), (2, True), (3, False), (4, False)])
def test_only_red_and_orange_come_first(severity: int, comes_first: bool) -> None:
    stage = after(after(None, 0), 5, call(severity=severity))

    assert (stage.scene.kind is SceneKind.INCIDENT) is comes_first


def test_of_two_at_once_the_worse_is_first_and_the_other_follows() -> None:
    both = call(7, severity=2), call(8, severity=1)
    first = after(after(None, 0), 5, *both)
    then = after(first, 35, *both)

    assert [first.scene.subject, then.scene.subject] == ["8", "7"]


def test_a_worse_alert_does_not_wait_for_the_one_that_is_shown() -> None:
    orange = after(after(None, 0), 5, call(7, severity=2))

    assert after(orange, 7, call(7, severity=2), call(8, severity=1)).scene.subject == "8"
    assert after(orange, 7, call(7, severity=2), call(9, severity=2)).scene.subject == "7"


def test_an_alert_that_somebody_took_leaves_the_wall() -> None:
    shown = after(after(None, 0), 5, call())

    assert after(shown, 8).scene == OVERVIEW


def test_a_wall_that_starts_does_not_tell_old_news() -> None:
    old = call(at=-61)
    stage = after(None, 0, old, call(8, at=-59))

    assert stage.scene.subject == "8"
    assert after(after(None, 0, old), 1, old).scene == OVERVIEW


def test_what_is_older_than_news_takes_nobodys_turn() -> None:
    late = call(at=0)
    stage = after(after(None, 0), NEWS_FOR.total_seconds() + 1, late)

    assert stage.scene.kind is not SceneKind.INCIDENT


def test_what_a_person_holds_stays_until_its_time_is_over() -> None:
    hold = SceneHold(TRAFFIC, "chief", NOW + second(300))
    held = after(after(None, 0), 1, hold=hold)

    assert (held.scene, held.by, held.until) == (TRAFFIC, "chief", hold.until)
    assert after(held, 200, call(severity=3, at=199), hold=hold) == held

    free = after(held, 300, hold=hold)

    assert (free.scene, free.by) == (OVERVIEW, "")


def test_an_urgent_alert_comes_before_what_is_held_and_goes_back_to_it() -> None:
    hold = SceneHold(TRAFFIC, "chief", NOW + second(300))
    held = after(after(None, 0), 1, hold=hold)
    news = call(at=20)
    urgent = after(held, 20, news, hold=hold)

    assert (urgent.scene, urgent.by) == (Scene(SceneKind.INCIDENT, "7"), "")
    assert after(urgent, 49.9, news, hold=hold) == urgent
    assert after(urgent, 50, news, hold=hold).scene == TRAFFIC  # its time is over
    assert after(urgent, 25, hold=hold).scene == TRAFFIC  # somebody has it
    back = after(urgent, 50, news, hold=hold)
    assert (after(back, 51, news, hold=hold).scene, back.by, back.until) == (TRAFFIC, "chief", hold.until)


def test_a_supervisor_may_hold_over_urgent_alerts() -> None:
    hold = SceneHold(TRAFFIC, "chief", NOW + second(300), over_alerts=True)
    held = after(after(None, 0), 1, hold=hold)

    assert after(held, 20, call(at=20), hold=hold) == held


def test_a_hold_replaces_an_alert_that_was_held_itself() -> None:
    first = SceneHold(Scene(SceneKind.INCIDENT, "7"), "li", NOW + second(300))
    held = after(after(None, 0), 6, call(), hold=first)

    assert (held.scene.subject, held.by) == ("7", "li")

    second_hold = SceneHold(TRAFFIC, "chief", NOW + second(300))
    told = after(held, 7, call(), hold=second_hold)  # the alert has its time once, as any other

    assert (told.scene.subject, told.by) == ("7", "")
    assert after(told, 37, call(), hold=second_hold).scene == TRAFFIC


def test_cases_have_a_turn_where_there_are_some() -> None:
    names = [scene.name for scene in make_round(["traffic"], ["990101"], has_cases=True)]

    assert names == ["overview", "traffic", "cases", "district:990101"]
    assert Scene.parse("cases", DOMAINS) == Scene(SceneKind.CASES)


def test_a_round_has_only_scenes_of_its_scope() -> None:
    assert [scene.name for scene in make_round(DOMAINS, ["990101"], Scope(domains=("traffic",)))] == [
        "overview", "traffic", "district:990101"
    ]  # fmt: skip


def test_letting_go_returns_at_once() -> None:
    held = after(after(None, 0), 1, hold=SceneHold(TRAFFIC, "chief", NOW + second(300)))

    assert after(held, 2).scene == OVERVIEW


def test_a_district_that_is_gone_does_not_stop_the_round() -> None:
    stage = Stage(Scene(SceneKind.DISTRICT, "1"), NOW, NOW + second(20), Scene(SceneKind.DISTRICT, "1"))

    assert after(stage, 1).scene == OVERVIEW


@pytest.mark.parametrize("name", ["overview", "traffic", "district:990101", "incident:7"])
def test_a_scene_is_its_name(name: str) -> None:
    assert Scene.parse(name, DOMAINS).name == name


@pytest.mark.parametrize("name", ["", "weather", "district", "district:", "district:x", "overview:1"])
def test_what_is_no_scene_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"scene|Kind"):
        Scene.parse(name, DOMAINS)


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({}, 1),
        ({"acknowledged": True}, 0),
        ({"active": False}, 0),
        ({"suppression": Suppression.SHELVED}, 0),
        ({"suppression": Suppression.BY_DESIGN}, 0),
    ],
)
def test_only_what_holds_and_waits_for_a_person_may_come_first(change: dict[str, Any], calls: int) -> None:
    assert len(find_calls([shown_alert(severity=1, **change)])) == calls


def test_of_several_the_one_comes_first_that_is_first_at_the_desk() -> None:
    due = {"severity": 1, "detected_at": NOW + second(5)}
    alerts = [shown_alert(alert_id=number, ack_due=NOW + second(60 + number), **due) for number in (3, 1, 2)]

    assert after(after(None, 0), 6, *find_calls(alerts)).scene == Scene(SceneKind.INCIDENT, "1")
