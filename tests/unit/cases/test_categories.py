"""The catalogue of the simulated city: large enough, whole in both languages, and leading everywhere to somebody."""

from datetime import date

import pytest

from cases.catalogue.categories import (
    CategoryKind,
    Department,
    DepartmentKind,
    demo_catalogue,
    read_categories,
    read_departments,
    read_limit,
)
from cases.clock.limits import LimitUnit
from cases.errors import CatalogueWrong
from cases.routing.responsibility import check_rules, coverage_gaps, find_route

DEMO = demo_catalogue()
DAY = date(2026, 6, 8)
LEAVES = ["990101001", "990101002", "990204017"]
HEADER = "code,name_zh,name_en,department,condition_zh,condition_en,closing_zh,closing_en,limit,severity\n"
ROW = "05-06,道路积水,Flooded road,drainage,积水,flooded,排除,drained,2u,2\n"
DRAINAGE = {"drainage": Department("drainage", DepartmentKind.ENTERPRISE, "排水公司", "Drainage company")}


def test_it_is_as_large_as_a_citys() -> None:
    kinds = [category.kind for category in DEMO.categories.values()]

    assert kinds.count(CategoryKind.COMPONENT) >= 40
    assert kinds.count(CategoryKind.EVENT) >= 60
    assert len(DEMO.departments) >= 25
    assert {department.kind for department in DEMO.departments.values()} == set(DepartmentKind)


def test_every_limit_of_the_four_units_is_in_use() -> None:
    stages = [stage for c in DEMO.categories.values() for standard in c.standards for stage in standard.stages]

    assert {stage.limit.unit for stage in stages} == set(LimitUnit)


def test_all_of_it_is_there_in_both_languages() -> None:
    for category in DEMO.categories.values():
        texts = [category.name_zh, category.name_en]
        for standard in category.standards:
            texts += [standard.condition_zh, standard.condition_en]
            texts += [text for stage in standard.stages for text in (stage.closing_zh, stage.closing_en)]
        assert all(text.strip() for text in texts), category.key
        assert category.name_en.isascii()


def test_a_category_of_every_area_leads_to_one_department() -> None:
    rules = DEMO.responsibilities()
    check_rules(rules, DEMO.departments)

    assert list(coverage_gaps(rules, DEMO.categories, LEAVES, day=DAY)) == []
    assert list(coverage_gaps(rules[1:], DEMO.categories, LEAVES, day=DAY)) != []
    assert find_route(rules, "event/05-06", "990101001", day=DAY).lead == "drainage"


def test_both_kinds_have_a_category_of_the_same_code() -> None:
    assert DEMO.categories["component/01-01"].name_zh == "上水井盖"
    assert DEMO.categories["event/01-01"].name_zh == "私搭乱建"


def test_rows_of_one_condition_are_its_stages() -> None:
    leak, collapse = DEMO.categories["event/05-01"].standards

    assert [len(leak.stages), len(collapse.stages)] == [1, 3]
    assert collapse.standard == "event/05-01.2"
    assert collapse.stages[-1].limit == read_limit("5d")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ROW.replace("drainage", "nobody"), "row 2: there is no department 'nobody'"),
        (ROW.replace("2u", "soon"), "row 2: 'soon' is no limit"),
        (ROW.replace("2u", "0d"), "row 2: A limit of 0"),
        (ROW.replace("2u,2", "2u,5"), "row 2: a severity of 5"),
        (ROW.replace("2u,2", "2u,high"), "row 2: invalid literal"),
        (ROW.replace(",2u", ""), "row 2: it has not as many cells"),
        (ROW + ROW.replace("05-06", "05-07") + ROW, "row 4: '05-06' stood above"),
    ],
)
def test_a_row_that_is_wrong_is_named(text: str, reason: str) -> None:
    with pytest.raises(CatalogueWrong, match=reason):
        read_categories(HEADER + text, CategoryKind.EVENT, DRAINAGE)


@pytest.mark.parametrize("text", ["x,palace,王宫,Palace\n", "x,bureau,局,Bureau\nx,bureau,局,Bureau\n", "x,bureau\n"])
def test_a_department_that_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(CatalogueWrong, match=r"row \d"):
        read_departments("code,kind,name_zh,name_en\n" + text)
