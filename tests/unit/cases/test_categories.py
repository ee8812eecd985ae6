"""The catalogue of the simulated city: large enough, whole in both languages, and leading everywhere to somebody."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

import cases
from cases.catalogue.catalogue_files import demo_catalogue, read_tables, with_tables
from cases.catalogue.catalogue_tables import CATEGORY_COLUMNS, DEPARTMENT_COLUMNS, RULE_COLUMNS
from cases.catalogue.categories import CaseCatalogue, CategoryKind, DepartmentKind
from cases.clock.limits import LimitUnit, read_limit
from cases.routing.responsibility import check_rules, find_route
from cases.routing.rule_trials import coverage_gaps
from cityops.imports.findings import ImportRefused

DEMO = demo_catalogue()
DAY = date(2026, 6, 8)
LEAVES = ["990101001", "990101002", "990204017"]
SHIPPED = Path(cases.__file__).parent / "data" / "catalogue"
HEADER = ",".join(CATEGORY_COLUMNS) + "\n"
HEADERS = {
    "events": HEADER,
    "departments": ",".join(DEPARTMENT_COLUMNS) + "\n",
    "responsibilities": ",".join(RULE_COLUMNS) + "\n",
}
ROW = "05-06,道路积水,Flooded road,drainage,积水,flooded,排除,drained,2u,2\n"
RULE = "event/05,9901,,help,market,1,2026-06-01,2026-07-01,test\n"


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


WRONG = [
    ("events", ROW.replace("drainage", "nobody"), "row 1 (05-06), column department: there is no department 'nobody'"),
    ("events", ROW.replace("2u", "soon"), "row 1 (05-06), column limit: 'soon' is no limit"),
    ("events", ROW.replace("2u", "0d"), "column limit: A limit of 0"),
    ("events", ROW.replace("2u,2", "2u,5"), "column severity: a severity of '5'"),
    ("events", ROW.replace("2u,2", "2u,high"), "column severity: a severity of 'high'"),
    ("events", ROW.replace("排除,", ","), "column closing_zh: the name is empty"),
    ("events", ROW.replace("05-06", "5月6日"), "column code: '5月6日' is no code"),
    ("events", ROW.replace(",2u", ""), "row 1: 9 cells under a header of 10"),
    ("events", ROW + ROW.replace("05-06", "05-07") + ROW, "row 3 (05-06), column code: 05-06 stood above"),
    ("departments", "x,palace,王宫,Palace\n", "row 1 (x), column kind: 'palace' is none of supervise"),
    ("departments", "x,bureau,局,Bureau\nx,bureau,局,Bureau\n", "column code: x stands in rows 1, 2"),
    ("departments", "X,bureau,局,Bureau\n", "column code: 'X' is no code"),
    ("departments", "x,bureau,局,Bureau\n", "no department drainage (event/"),
    ("responsibilities", RULE.replace("event/05", "event/77"), "column category: no category begins with 'event/77'"),
    ("responsibilities", RULE.replace("9901", "city"), "column area: 'city' is no code"),
    ("responsibilities", RULE.replace("help", "sing"), "column role: 'sing' is none of lead, help"),
    ("responsibilities", RULE.replace(",1,", ",much,"), "column priority: 'much' is no priority"),
    ("responsibilities", RULE.replace("2026-06-01", "June"), "column valid_from: 'June' is no day"),
    ("responsibilities", RULE.replace("2026-06-01", "2027-06-01"), "column valid_until: it ends before it begins"),
    ("streets", "x\n", "'streets' is no part of a catalogue"),
]


@pytest.mark.parametrize(("name", "rows", "reason"), WRONG)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, name: str, rows: str, reason: str) -> None:
    with pytest.raises(ImportRefused, match=re.escape(reason)):
        read(tmp_path, name, rows)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(tmp_path, "events", ROW.replace("2u", "soon") + ROW.replace("05-06", "05-07").replace("2u,2", "2u,9"))

    assert "row 1 (05-06), column limit" in str(refused.value)
    assert "row 2 (05-07), column severity" in str(refused.value)


def test_a_table_is_given_once(tmp_path: Path) -> None:
    book = tmp_path / "all.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet("departments").write_row(0, 0, ["code", "kind", "name_zh", "name_en"])
        workbook.add_worksheet("Departments 2").write_row(0, 0, ["code"])
    with pytest.raises(ImportRefused, match="no part of a catalogue"):
        read_tables([book])
    with pytest.raises(ImportRefused, match="given twice"):
        read_tables([Path(str(SHIPPED / "events.csv"))] * 2)


def test_a_workbook_is_read_as_its_csv_files_are(tmp_path: Path) -> None:
    book = tmp_path / "all.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        for file in SHIPPED.glob("*.csv"):
            sheet = workbook.add_worksheet(file.stem)
            for number, cells in enumerate(csv.reader(file.read_text("utf-8").splitlines())):
                for column, cell in enumerate(cells):
                    sheet.write(number, column, int(cell) if cell in "1234" and number and cell else cell)

    assert with_tables(CaseCatalogue("", {}, {}), read_tables([book]), edition="demo-1") == DEMO


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "events.xlsx").write_text(HEADER)

    for path in (tmp_path / "events.xlsx", tmp_path / "none.xlsx", tmp_path / "none.csv"):
        with pytest.raises(ImportRefused):
            read_tables([path])


def test_a_part_that_is_given_leaves_the_others(tmp_path: Path) -> None:
    changed = read(tmp_path, "events", ROW)
    ruled = read(tmp_path, "responsibilities", RULE)

    assert [key for key in changed.categories if key.startswith("event")] == ["event/05-06"]
    assert changed.departments == DEMO.departments
    assert changed.rules == DEMO.rules
    assert find_route(ruled.responsibilities(), "event/05-06", "990101", day=DAY).helpers == ("market",)
    assert find_route(ruled.responsibilities(), "event/05-06", "990101", day=date(2026, 7, 1)).helpers == ()


def read(folder: Path, name: str, rows: str) -> CaseCatalogue:
    """Import one CSV file into the catalogue of the simulated city."""
    file = folder / f"{name}.csv"
    file.write_text(HEADERS.get(name, "code\n") + rows, encoding="utf-8")
    return with_tables(DEMO, read_tables([file]))
