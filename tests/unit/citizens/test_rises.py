"""Which rises are proposed: a real one is, chance is not, and neither is a raw top ten."""

from datetime import timedelta
from fractions import Fraction

import msgspec
import numpy as np
import pytest

from citizens.topics.criteria import load_criteria
from citizens.topics.effects import Effect, Stretch
from citizens.topics.reported_incidents import ReportedIncident
from citizens.topics.rises import Rise, Span, find_rises, judge_cells, span_until
from tests.unit.citizens.towns import AREAS, DAY, START, STREETS, incidents, sighting

CRITERIA = load_criteria().rise
SPAN = Span(START, 30, 30)
BEFORE = START - 30 * DAY
FLOOD, NOISE = "event/05-06", "event/03-01"
RUNS = 200
MONTHS = 40


def both(before: int, after: int, *, category: str = FLOOD, area: str = "990101001") -> list[ReportedIncident]:
    return [
        *incidents(before, BEFORE, 30, category=category, area=area),
        *incidents(after, START, 30, category=category, area=area),
    ]


def told(happened: list[ReportedIncident]) -> list[tuple[str, str, int, int]]:
    return [(one.category, one.area, one.before, one.after) for one in find_rises(happened, SPAN, AREAS, CRITERIA)]


def test_what_is_most_is_no_topic_but_what_rose_is() -> None:
    happened = both(90, 100, category=NOISE, area="990102001") + both(2, 14)
    assert told(happened) == [(FLOOD, "990101001", 2, 14)]


def test_a_rise_is_told_where_it_is_surest_and_only_there() -> None:
    one_street = both(3, 16, area="990101001") + both(4, 4, area="990101002")
    assert told(one_street) == [(FLOOD, "990101001", 3, 16)]
    all_over = [one for street in STREETS[:5] for one in both(2, 6, area=street)]
    assert told(all_over) == [(FLOOD, "990101", 10, 30)]


def test_the_least_count_and_factor_are_what_a_city_says() -> None:
    happened = both(400, 520)  # surely more, but not by much
    assert not told(happened)
    looser = msgspec.structs.replace(CRITERIA, least_factor=1)
    assert [one.area for one in find_rises(happened, SPAN, AREAS, looser)] == ["990101001"]
    few = msgspec.structs.replace(CRITERIA, least_count=15)
    assert find_rises(both(2, 14), SPAN, AREAS, few) == []


def test_a_cell_says_its_counts_its_chance_and_what_is_behind() -> None:
    street = next(one for one in judge_cells(both(1, 5), SPAN, AREAS, CRITERIA) if one.area == "990101001")
    assert (street.before, street.after, street.chance, street.factor) == (1, 5, Fraction(7, 64), Fraction(5))
    assert street.adjusted == Fraction(7, 64)  # the district has the same
    assert [one.first.at >= START for one in street.incidents] == [True] * 5


def test_a_young_city_compares_the_halves_of_what_is_known() -> None:
    end = START + 30 * DAY
    assert span_until(end, START - 300 * DAY, CRITERIA) == SPAN
    assert span_until(end, START - 1 * DAY - timedelta(hours=3), CRITERIA) == Span(START + 15 * DAY, 16, 15)
    assert span_until(end, START + 3 * DAY, CRITERIA) is None  # 27 days: 13 would be compared
    rise = Rise(FLOOD, "x", 9, 2, Span(START, 20, 30), Fraction(1), Fraction(1), ())
    assert rise.factor == 3


def test_what_is_of_no_category_or_of_another_time_counts_nowhere() -> None:
    happened = [
        ReportedIncident((sighting(at, category=category),))
        for at, category in [(START, ""), (BEFORE - DAY, FLOOD), (START + 30 * DAY, FLOOD)]
        for _ in range(9)
    ]
    assert judge_cells(happened, SPAN, AREAS, CRITERIA) == []


def simulate(chance: np.random.Generator, *, doubled: bool) -> list[tuple[str, str, int, int]]:
    """Twelve categories in ten streets, each with a rate of its own that stays; one perhaps doubles."""
    rates = np.random.default_rng(7).gamma(1.0, 4.0, size=(12, len(STREETS)))
    happened: list[ReportedIncident] = []
    for category, row in enumerate(rates):
        for street, rate in zip(STREETS, row, strict=True):
            is_it = doubled and category == 0 and street == STREETS[0]
            mean = 80.0 if category == 0 and street == STREETS[0] else rate
            before, after = int(chance.poisson(mean)), int(chance.poisson(mean * (2 if is_it else 1)))
            happened += both(before, after, category=f"event/{category}", area=street)
    return told(happened)


def test_without_a_change_topics_stay_as_rare_as_chosen_and_a_doubling_is_found() -> None:
    chance = np.random.default_rng(20261129)
    false_runs = sum(bool(simulate(chance, doubled=False)) for _ in range(RUNS))
    assert false_runs / RUNS <= float(CRITERIA.share_a_look)
    found = [simulate(chance, doubled=True) for _ in range(RUNS // 4)]
    real = [[one for one in run if one[0] == "event/0" and STREETS[0].startswith(one[1])] for run in found]
    assert sum(map(bool, real)) / len(found) >= 0.9
    proposed = sum(map(len, found))
    assert (proposed - sum(map(len, real))) / proposed <= float(CRITERIA.false_share)


def test_a_month_of_looks_proposes_by_chance_no_more_often_than_chosen() -> None:
    """Each day is looked at anew, with days that are mostly the same: as `looks` says, three that are not."""
    chance = np.random.default_rng(20261130)
    rates = np.random.default_rng(7).gamma(1.0, 4.0, size=(12, len(STREETS)))
    false_months = 0
    for _ in range(MONTHS):
        happened = [
            ReportedIncident((sighting(START + float(at) * DAY, category=f"event/{category}", area=street),))
            for category, row in enumerate(rates)
            for street, rate in zip(STREETS, row, strict=True)
            for at in chance.uniform(0, 90, chance.poisson(3 * rate))
        ]
        looks = (find_rises(happened, Span(START + day * DAY, 30, 30), AREAS, CRITERIA) for day in range(30, 60))
        false_months += any(looks)
    assert false_months / MONTHS <= float(CRITERIA.false_share)


def test_an_effect_is_held_against_the_rise_and_against_what_was_usual() -> None:
    believed = Fraction(CRITERIA.believed)
    gone = Effect(usual=Stretch(4, 30), risen=Stretch(20, 30), since=Stretch(4, 30))
    assert gone.fall == Fraction(sum((1, 24, 276, 2024, 10626)), 2**24)
    assert gone.has_fallen(believed)
    assert gone.is_usual_again(believed)
    half = Effect(usual=Stretch(1, 30), risen=Stretch(30, 30), since=Stretch(12, 30))
    assert half.has_fallen(believed)
    assert not half.is_usual_again(believed)
    assert gone.has_fallen(gone.fall)  # at the bound it is believed
    assert not gone.has_fallen(gone.fall * Fraction(99, 100))
    early = Effect(usual=Stretch(4, 30), risen=Stretch(20, 30), since=Stretch(0, 2))
    assert not early.has_fallen(believed)  # two quiet days show nothing
    assert early.risen.a_month == 20


@pytest.mark.parametrize("least", [1, 5])
def test_a_cell_is_left_out_by_its_sum_and_not_by_its_rise(least: int) -> None:
    criteria = msgspec.structs.replace(CRITERIA, least_count=least)
    cells = judge_cells(both(4, 0) + both(0, 4, category=NOISE), SPAN, AREAS, criteria)
    assert {one.category for one in cells} == ({FLOOD, NOISE} if least == 1 else set())
