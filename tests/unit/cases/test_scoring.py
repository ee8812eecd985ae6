"""Scores: the reference vectors, and the errors that two running systems make, each of which would be seen here."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import FormulaError
from cases.evaluation.formula_files import load_formulas, read_formulas
from cases.evaluation.scoring import Score, ScoreLevel, band_points, find_ratio, find_score, rank

TABLES = load_formulas()
DEPARTMENT = {"filed": 180, "closed": 95, "due_close": 100, "handled_in_time": 90, "due_handle": 100, "reworked": 4}
COLLECTOR = {
    "valid_reports": 92,
    "reports": 100,
    "missed": 5,
    "filed": 100,
    "verified_in_time": 98,
    "due_verify": 100,
    "checked_in_time": 90,
    "due_check": 100,
}
DISPATCHER = {"dispatched": 1500, "dispatched_in_time": 97, "dispatched_rightly": 96, "due_dispatch": 100}
JINNIU = {
    "due_handle": 200,
    "handled": 196,
    "handled_in_time": 180,
    "reworked": 6,
    "due_close": 190,
    "waiting_late": 4,
    "extended": 10,
}
HOTLINE = {"valid_calls": 200, "contacted": 196, "solved": 170, "satisfied": 150, "fairly_satisfied": 20}


@pytest.mark.parametrize(
    ("formula", "counts", "points", "level"),
    [
        ("department", DEPARTMENT, Fraction("91.80"), ScoreLevel.A),
        ("collector", COLLECTOR, Fraction("93.40"), ScoreLevel.A),
        ("dispatcher", DISPATCHER, Fraction("95.20"), ScoreLevel.A),
        ("department_jinniu", JINNIU, Fraction("76.5") + 20 * (1 - Fraction(6, 190)), ScoreLevel.A),
        ("hotline", HOTLINE, Fraction("85.90"), ScoreLevel.B),
        ("hotline_zhungeer", HOTLINE, Fraction("88.90"), ScoreLevel.B),
        ("closing_jinhua", {"closed_in_time": 150, "due_close": 210, "suspended": 10}, Fraction(50), ScoreLevel.D),
        ("closing_jinhua", {"closed_in_time": 130, "due_close": 210, "suspended": 10}, Fraction(45), ScoreLevel.D),
    ],
)
def test_vectors(formula: str, counts: dict[str, int], points: Fraction, level: ScoreLevel) -> None:
    found = find_score(TABLES, formula, counts)

    assert found.points == points
    assert found.level is level


def test_the_terms_of_a_score_can_be_shown() -> None:
    assert find_score(TABLES, "department", DEPARTMENT).terms == tuple(map(Fraction, ("7.5", "28.5", "27", "28.8")))
    assert round(float(find_score(TABLES, "department_jinniu", JINNIU).points or 0), 4) == 95.8684


def test_rework_has_two_denominators_in_use() -> None:
    of_handling = 76.5 + 20 * (1 - find_ratio(TABLES, "rework_rate", JINNIU).value)  # type: ignore[operator]

    assert of_handling == 95.90


def test_the_rates_of_the_hotline() -> None:
    rates = [find_ratio(TABLES, name, HOTLINE).value for name in ("response_rate", "solved_rate", "satisfied_rate")]

    assert rates == [Fraction(98, 100), Fraction(85, 100), Fraction(84, 100)]


def test_who_had_nothing_to_do_has_no_score_and_no_rank() -> None:
    """One system gave 0, another 100."""
    idle = find_score(TABLES, "department", DEPARTMENT | {"due_handle": 0, "handled_in_time": 0, "reworked": 0})

    assert find_ratio(TABLES, "handling_rate", {"handled": 0, "due_handle": 0}).value is None
    assert (idle.points, idle.level) == (None, None)
    assert rank({"idle": idle, "busy": find_score(TABLES, "department", DEPARTMENT)}) == [(1, "busy")]


# Each with: formula, counts, a count that rises by ten, and which way the score goes. A weight with the wrong sign,
# an indicator used twice or in place of another, and one turned round all show here.
@pytest.mark.parametrize(
    ("formula", "counts", "count", "better"),
    [
        ("collector", COLLECTOR, "missed", False),  # it was added: who missed more scored more
        ("collector", COLLECTOR | {"valid_reports": 80}, "valid_reports", True),
        ("department", DEPARTMENT, "reworked", False),
        ("department", DEPARTMENT | {"closed": 80}, "closed", True),
        ("department_jinniu", JINNIU, "waiting_late", False),
        ("department_jinniu", JINNIU, "extended", False),
        ("hotline", HOTLINE, "solved", True),
        ("hotline", HOTLINE, "fairly_satisfied", True),
    ],
)
def test_every_count_moves_a_score_the_right_way(
    formula: str, counts: dict[str, int], count: str, better: bool
) -> None:
    before, after = (
        find_score(TABLES, formula, found).points for found in (counts, counts | {count: counts[count] + 10})
    )

    assert before is not None
    assert after is not None
    assert (after > before) is better


ACCEPTOR = {
    "accepted": 600,
    "verify_sent_in_time": 80,
    "due_send_verify": 100,
    "check_sent_in_time": 60,
    "due_send_check": 100,
}
CHIEF = {"filed": 100, "filed_in_time": 80, "cancelled": 10, "closed_in_time": 60, "due_close": 100}
AREA = {"public_verified": 10, "filed": 2, "closed": 80, "closed_in_time": 60, "due_close": 100}


def test_no_indicator_stands_for_another() -> None:
    """An acceptor's score used one rate twice, a chief's took closing for filing, an area's turned closing round."""
    acceptor, chief = find_score(TABLES, "acceptor", ACCEPTOR), find_score(TABLES, "chief", CHIEF)
    area = find_score(TABLES, "area", AREA | {"public_verified": 1})

    assert acceptor.points == Fraction("18.75") + 32 + 21
    assert chief.points == 20 + 36 + 21
    assert area.points == 5 + 18 + 24 + 24


@pytest.mark.parametrize("name", [name for name in TABLES.formula if name != "closing_jinhua"])
def test_weights_add_up_to_a_hundred(name: str) -> None:
    """The weights of an area's score added up to 70."""
    assert sum(term.weight for term in TABLES.formula[name].term) == 100


def test_only_a_score_out_of_a_hundred_is_whole() -> None:
    assert TABLES.formula["hotline"].is_whole
    assert not TABLES.formula["closing_jinhua"].is_whole


@pytest.mark.parametrize(
    ("points", "level"),
    [("90", "A"), ("89.999", "B"), ("75", "B"), ("74.999", "C"), ("60", "C"), ("40", "D"), ("39.999", "E"), ("0", "E")],
)
def test_a_level_is_of_the_score_as_it_is(points: str, level: str) -> None:
    """Scores were cut to whole points, rates rounded before they were weighed."""
    assert Score("x", 1, Fraction(points), ()).level == level


@pytest.mark.parametrize(
    ("bands", "volume", "points"),
    [
        *[("taken", n, p) for n, p in ((100, 0), (101, 40), (501, 75), (1200, 75), (1201, 90), (2001, 100))],
        *[("department_filed", n, p) for n, p in ((0, 100), (50, 100), (51, 90), (200, 75), (1000, 40), (1001, 0))],
        *[("area_filed_1", n, p) for n, p in ((0, 100), (1, 90), (2, 90), (3, 75), (8, 40), (9, 0))],
        *[("area_filed_2", n, p) for n, p in ((0, 100), (3, 90), (4, 75), (9, 40), (10, 0))],
    ],
)
def test_volumes_by_bands(bands: str, volume: int, points: int) -> None:
    assert band_points(TABLES.bands[bands], volume) == points


def test_equal_scores_share_a_place() -> None:
    scores = {name: Score("x", 1, Fraction(points), ()) for name, points in (("a", 80), ("b", 90), ("c", 80))}

    assert rank(scores) == [(1, "b"), (2, "a"), (2, "c")]


@given(st.lists(st.integers(0, 500), min_size=6, max_size=6))
def test_a_score_lies_between_0_and_100_and_is_the_same_again(numbers: list[int]) -> None:
    due_handle, due_close = max(numbers[0], numbers[1], numbers[2]), max(numbers[3], numbers[2])
    counts = {
        "filed": numbers[5],
        "closed": numbers[3],
        "due_close": due_close,
        "handled_in_time": numbers[1],
        "due_handle": due_handle,
        "reworked": numbers[2],
    }
    found = find_score(TABLES, "department", counts)

    assert found == find_score(TABLES, "department", counts)
    assert found.points is None or 0 <= found.points <= 100


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ('indicator = "nothing"', "no indicator 'nothing'"),
        ('count = "n", bands = "nothing"', "no bands 'nothing'"),
        ("inverse = true", "either an indicator or a count"),
        ('count = "n", bands = "ends"', "has an end"),
        ('surprise = "x"', "surprise"),
    ],
)
def test_a_formula_that_is_wrong_is_refused_with_the_entry(change: str, reason: str) -> None:
    text = (
        "indicator = {}\nbands = { ends = [{ most = 5, points = 1 }] }\n[formula.mine]\nversion = 1\nscores = 'area'\n"
        f"name = {{ zh = '', en = '' }}\nsource = ''\ncertain = true\nterm = [{{ weight = 100, {change} }}]"
    )

    with pytest.raises(FormulaError, match=reason):
        read_formulas(text)


def test_a_count_that_is_missing_is_named() -> None:
    with pytest.raises(FormulaError, match="'closed' is missing"):
        find_score(TABLES, "department", {"filed": 1})
