"""The evaluation in words, pictures and tables: each number with the address of its cases."""

import pandas as pd

from cases.catalogue.catalogue_files import demo_catalogue
from cases.evaluation.formula_files import load_formulas
from cases.store.evaluation.score_views import MonthScores
from cases.store.evaluation.scores import months_before
from dashboard.cases.words import CaseWords
from dashboard.pages.evaluation.address import EvaluationAddress
from dashboard.pages.evaluation.charts import LEVEL_COLOURS, course_chart, ranking_chart
from dashboard.pages.evaluation.files import score_sheets
from dashboard.pages.evaluation.unit_lines import unit_counts, unit_lines
from dashboard.pages.evaluation.view import group_links, known_counts, level_counts, scores_of_group, term_heads

TABLES = load_formulas()
FORMULA = TABLES.formula["department"]
WORDS = CaseWords("en", demo_catalogue(), {})
ADDRESS = EvaluationAddress("2026-06", "department")


def rate(numerator: float, denominator: float) -> dict[str, float | None]:
    return {
        "numerator": numerator,
        "denominator": denominator,
        "value": numerator / denominator if denominator else None,
    }


FOUND = MonthScores(
    {"score_run_id": 1},
    [
        {"unit": "drainage", "version": 1, "points": 91.8, "level": "A", "place": 1},
        {"unit": "sanitation", "version": 1, "points": None, "level": None, "place": None},
    ],
    {
        ("drainage", "closing_rate"): rate(19, 20),
        ("drainage", "handled_in_time_rate"): rate(18, 20),
        ("drainage", "rework_rate"): rate(0, 20),
        ("sanitation", "closing_rate"): rate(0, 0),
    },
    {("drainage", "filed"): 180, ("drainage", "closed"): 19, ("drainage", "due_close"): 20, ("sanitation", "filed"): 1},
)


def test_each_number_leads_to_its_cases_and_nothing_to_none() -> None:
    first, second = unit_lines(FOUND, FORMULA, TABLES, WORDS, ADDRESS)
    filed, closed, _, reworked = first.cells

    assert (first.place, first.points, first.level) == (1, 91.8, "A")
    assert [(part.words, part.address) for part in closed.parts] == [
        ("19", "/evaluation?month=2026-06&formula=department&unit=drainage&behind=closed#cases"),
        ("20", "/evaluation?month=2026-06&formula=department&unit=drainage&behind=due_close#cases"),
    ]
    assert (closed.words, filed.parts[0].words) == ("95.0 %", "180")
    assert (reworked.words, reworked.parts[0].words, reworked.parts[0].address) == ("0.0 %", "0", "")
    assert (second.place, second.points, second.level) == (None, None, "")
    assert second.cells[1].words == "–"  # of nothing there is no rate
    assert level_counts(FOUND.scores) == [("A", 1), ("B", 0), ("C", 0), ("D", 0), ("E", 0)]


def test_a_group_has_its_own_places_and_its_own_course() -> None:
    units = ("drainage", "sanitation", "urban-management")  # two enterprises or bureaus and another
    kinds = {unit: WORDS.catalogue.departments[unit].kind for unit in units}
    rows = [
        {"unit": unit, "version": 2, "points": points, "level": "A", "place": place}
        for unit, points, place in (("urban-management", 95.0, 1), ("drainage", 90.0, 2), ("sanitation", 90.0, 2))
    ]
    course = [{"month": "2026-06", "unit": unit, "points": 90.0} for unit in units]
    found = MonthScores({"score_run_id": 1}, rows, course=course)
    mine = kinds["drainage"].value
    inside = scores_of_group(found, mine, WORDS)

    wanted = {unit for unit in units if kinds[unit] is kinds["drainage"]}
    assert 0 < len(wanted) < len(units)
    assert {row["unit"]: row["place"] for row in inside.scores} == dict.fromkeys(wanted, 1)
    assert {row["unit"] for row in inside.course} == wanted
    assert scores_of_group(found, "", WORDS) is found
    links = group_links(found, TABLES.formula["hotline"], WORDS, EvaluationAddress("2026-06", "hotline", group=mine))
    assert [address for _, address, is_here in links if is_here] == [
        f"/evaluation?month=2026-06&formula=hotline&group={mine}"
    ]
    assert len(links) == 1 + len({*kinds.values()})
    assert group_links(found, TABLES.formula["area"], WORDS, ADDRESS) == []  # districts are of one kind


def test_what_is_only_told_has_no_points_and_no_weight() -> None:
    heads = term_heads(TABLES, TABLES.formula["hotline"], WORDS)

    assert [(head.name, head.weight) for head in heads][3:] == [
        ("Explained, not solved", ""),
        ("Reported done, denied by the caller", ""),
        ("Excluded call-backs", ""),
    ]
    assert TABLES.formula["hotline"].is_whole


def test_the_counts_of_a_unit_are_all_there_and_have_words() -> None:
    address = EvaluationAddress("2026-06", "department", "drainage")

    assert [(name, part.words) for name, part in unit_counts(FOUND, address, WORDS)] == [
        ("Filed", "180"),
        ("Closed", "19"),
        ("To be closed", "20"),
    ]
    for count in known_counts(TABLES):
        assert WORDS.say(f"evaluation_count.{count}")
    for formula in TABLES.formula.values():
        assert WORDS.say(f"evaluation_kind.{formula.scores}")


def test_bars_have_the_colours_of_their_levels_and_their_addresses() -> None:
    rows = [
        {"name": "a", "points": 95.0, "level": "A", "address": "/a"},
        {"name": "b", "points": None, "level": "", "address": "/b"},
    ]
    (few,) = ranking_chart(pd.DataFrame(rows), "zh").data
    many = pd.DataFrame([{"name": f"{n}", "points": 50.0, "level": "D", "address": ""} for n in range(343)])
    (side_by_side,) = ranking_chart(many, "zh").data

    assert (list(few.y), list(few.customdata), few.orientation) == (["a"], ["/a"], "h")
    assert list(few.marker.color) == [LEVEL_COLOURS["A"]]  # type: ignore[index]
    assert (side_by_side.orientation, len(side_by_side.x)) == ("v", 343)
    nothing = ranking_chart(pd.DataFrame(columns=["name", "points", "level", "address"]), "zh")
    assert (nothing.data, nothing.layout.annotations[0].text) == ((), "没有得分")


def test_the_course_has_the_mean_and_one_unit() -> None:
    course = pd.DataFrame(
        [("2026-05", "a", 80.0, "Roads"), ("2026-05", "b", 60.0, "Water"), ("2026-06", "a", 90.0, "Roads")],
        columns=["month", "unit", "points", "name"],
    )

    mean, mine = course_chart(course, "a", "en").data

    assert (list(mean.x), list(mean.y)) == (["2026-05", "2026-06"], [70.0, 90.0])
    assert (mine.name, list(mine.y)) == ("Roads", [80.0, 90.0])


def test_the_workbook_has_every_number() -> None:
    about, ranking, indicators, counts = score_sheets(FOUND, FORMULA, TABLES, WORDS, {"Month": "2026-06"})

    assert about.rows == [("Month", "2026-06")]
    assert ranking.rows[0][2:] == ("drainage", 91.8, "A", 180, 0.95, 0.9, 0.0)
    assert indicators.rows[0][3:] == (19, 20, 0.95)
    assert [row[1:] for row in counts.rows][:2] == [("drainage", "Filed", 180), ("drainage", "Closed", 19)]


def test_months_are_counted_over_the_year() -> None:
    assert [months_before("2026-02", count) for count in (1, 2, 14)] == ["2026-01", "2025-12", "2024-12"]
