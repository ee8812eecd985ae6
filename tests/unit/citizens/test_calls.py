"""Who calls in the demo: seeded, in bursts, with wrong places, and nobody who exists."""

import re
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.catalogue.catalogue_files import demo_catalogue
from cases.life.details import CaseType
from cases.play.reports import Spot
from citizens.persons.personal import find_personal
from citizens.play.calls import RISES_FOR, PlannedCall, calls_of_day
from citizens.play.stories import load_stories
from citizens.reports import Channel, check_report
from cityops.geography.distances import distance_km

TODAY = date(2026, 11, 29)
ZONE = ZoneInfo("Asia/Shanghai")
STORIES = load_stories()
SPOTS = [Spot(f"99010{1 + n % 4}00{1 + n % 3}", 118.8 + n / 50, 31.9 + n / 70, f"第{n}号点") for n in range(24)]


def days(count: int, *, seed: int = 7, language: str = "zh") -> list[PlannedCall]:
    return [
        call
        for back in range(count, 0, -1)
        for call in calls_of_day(
            TODAY - timedelta(days=back),
            today=TODAY,
            seed=seed,
            stories=STORIES,
            spots=SPOTS,
            zone=ZONE,
            language=language,
        )
    ]


MONTH = days(30)


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    assert days(3) == days(3)
    assert days(3) != days(3, seed=8)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_that_is_sent_can_be_taken_and_filed(language: str) -> None:
    known = demo_catalogue().categories
    for call in days(30, language=language):
        check_report(call.report)
        assert call.answer or call.report.category in known
        assert "{" not in call.report.said


def test_nobody_who_exists_is_called() -> None:
    """No telephone number of the country begins with 100."""
    said = [call.report.contact.phone for call in MONTH] + re.findall(r"\d{11}", " ".join(c.report.said for c in MONTH))
    assert len(set(said)) > 100
    assert {phone[:3] for phone in said if phone} == {"100"}


def test_calls_come_in_bursts_twice_and_with_wrong_places() -> None:
    by_incident: dict[str, list[PlannedCall]] = {}
    for call in MONTH:
        if call.incident:
            by_incident.setdefault(call.incident, []).append(call)
    sizes = Counter(len(calls) for calls in by_incident.values())
    assert sizes[1] > sizes[4] > 0
    assert 110 < len(by_incident) < 240
    right = [call for call in MONTH if call.incident and not call.is_wrong]
    wrong = [call for call in MONTH if call.incident and call.is_wrong]
    assert 0.1 < len(wrong) / len(MONTH) < 0.3
    spots = {spot.name: spot for spot in SPOTS}
    for call in right:
        report, spot = call.report, spots[call.report.address]
        assert report.longitude is not None
        assert report.latitude is not None
        assert float(distance_km(report.longitude, report.latitude, spot.longitude, spot.latitude)) < 0.1
    assert {call.report.channel for call in MONTH} == {Channel.HOTLINE, Channel.WEB, Channel.OPEN311}
    devices = Counter(call.report.device for call in MONTH)
    assert {1, 2} == set(devices.values())  # some press twice


def test_some_say_what_nobody_else_should_read_and_some_only_ask() -> None:
    private = [call for call in MONTH if find_personal(call.report.said)]
    assert 0.05 < len(private) / len(MONTH) < 0.3
    questions = [call for call in MONTH if call.answer]
    assert {call.report.kind for call in questions} == {CaseType.CONSULT}
    assert 0.1 < len(questions) / len(MONTH) < 0.4


def test_one_trouble_comes_more_often_of_late_in_one_area() -> None:
    late = TODAY - timedelta(days=RISES_FOR)
    counts = Counter(
        (call.report.category, call.at.date() >= late, {spot.name: spot.area for spot in SPOTS}[call.report.address])
        for call in {call.incident: call for call in MONTH if call.incident}.values()
    )
    rises = {
        (category, area): number - counts[category, False, area]
        for (category, is_late, area), number in counts.items()
        if is_late
    }
    assert sorted(rises.values())[-1] >= 10
    assert sorted(rises.values())[-2] <= 6
