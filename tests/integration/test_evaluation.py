"""`/evaluation`: who sees which numbers, the cases behind them, and the acts of evaluators."""

import re
from collections.abc import Iterator

import pytest

from cases.evaluation.formula_files import load_formulas
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.store.case_store import find_case
from cases.store.evaluation.scores import make_scores
from cases.store.posts import give_post
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from tests.case_samples import ask_exclusion, start_city, walk
from tests.security.conftest import PASSWORD, House, open_house
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

MONTH = "2026-06"
BEHIND = f"/evaluation?month={MONTH}&formula=department&unit=roads&behind="
READERS: dict[str, tuple[Scope, CaseActor | None]] = {
    "kao": (Scope(), people.EVALUATOR),
    "gu": (Scope(), None),
    "bei": (Scope(areas=("990101",)), None),
    "nan": (Scope(areas=("990102",)), None),
    "gao": (Scope(), people.WORKER),
    "shui": (Scope(), people.HELPER),
    "zhou": (Scope(), people.CHIEF),
}


@pytest.fixture
def house(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    """June has one case that the road department closed in time and one that it did not, both in 990101."""
    with open_house(database_url, catalogue) as opened:
        start_city(opened.database)
        with opened.database.transaction() as tx:
            walk(tx, people.PATHS[CaseState.CLOSED])
            walk(tx, people.TO_HANDLING)
            make_scores(tx, MONTH, load_formulas(), actor="test", now=utc_now(), zone=SHANGHAI)
            for name, (scope, holder) in READERS.items():
                store_user(tx, name, role=Role.VIEWER, scope=scope, password=PASSWORD, actor="test", now=utc_now())
                if holder is not None:
                    give_post(tx, holder, actor="test", now=utc_now())
        yield opened


def read(house: House, name: str, path: str) -> str:
    answer = house.ask("GET", path, cookie=house.log_in(name))
    assert answer.status_code == 200, answer.text[:200]
    return answer.text


def units(page: str) -> list[str]:
    return re.findall(r'data-unit="([^"]+)"', page)


def send(house: House, name: str, path: str, **sent: object) -> str:
    """Send a form; return what the page says of it, or the status that refused it."""
    answer = house.ask("POST", f"/evaluation/{path}", cookie=house.log_in(name), data={"month": MONTH, **sent})
    if answer.status_code != 303:
        return str(answer.status_code)
    return answer.headers["location"].rsplit("&", 1)[-1]


def test_the_list_behind_a_number_is_as_long_as_the_number(house: House) -> None:
    page = read(house, "gu", f"/evaluation?month={MONTH}")

    assert units(page) == ["roads"]
    assert "50.0 %" in page
    assert "专业部门综合评价" in page
    for count, cases in (("due_handle", ["1", "2"]), ("handled_in_time", ["1"]), ("waiting_late", ["2"])):
        behind = read(house, "gu", BEHIND + count)
        assert re.findall(r'<a class="case-line" href="/cases/(\d+)"', behind) == cases
    assert "光明路" not in behind  # nothing of what was said
    assert "还没有统计" in read(house, "gu", "/evaluation?month=1999-13&formula=no&unit=%00&behind=x")  # as usual


def test_everybody_sees_the_numbers_of_their_own_part(house: House) -> None:
    def seen(name: str, formula: str) -> list[str]:
        return units(read(house, name, f"/evaluation?month={MONTH}&formula={formula}"))

    assert {name: seen(name, "department") for name in READERS} == {
        "kao": ["roads"], "gu": ["roads"], "bei": [], "nan": [], "gao": ["roads"], "shui": [], "zhou": ["roads"],
    }  # fmt: skip
    assert {name: seen(name, "area") for name in READERS} == {
        "kao": ["990101"], "gu": ["990101"], "bei": ["990101"], "nan": [], "gao": [], "shui": [], "zhou": ["990101"],
    }  # fmt: skip
    people_seen = {name: seen(name, "chief") for name in READERS}
    assert people_seen.pop("kao") == ["wu", "zhou"]
    assert people_seen.pop("zhou") == ["zhou"]
    assert set(map(tuple, people_seen.values())) == {()}
    # Neither does an address show what the ranking hides.
    assert "case-line" not in read(house, "nan", BEHIND + "due_handle")
    assert "case-line" not in read(house, "gu", f"/evaluation?month={MONTH}&formula=chief&unit=wu&behind=due_close")


def test_a_workbook_leaves_with_a_row_in_the_audit(house: House) -> None:
    answer = house.ask("GET", f"/evaluation/scores.xlsx?month={MONTH}", cookie=house.log_in("gu"))

    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    with house.database.transaction() as tx:
        assert tx.value("SELECT object FROM audit_log WHERE actor = 'gu' AND action = 'evaluation.export'") == MONTH


def test_an_evaluator_counts_and_closes_and_nobody_opens_again(house: House) -> None:
    assert [send(house, name, "score") for name in ("gu", "bei", "zhou")] == ["403"] * 3
    assert send(house, "kao", "score") == "said=month_scored"
    this_month = f"{utc_now().astimezone(SHANGHAI):%Y-%m}"
    assert send(house, "kao", "score", month=this_month, final="1") == "bad=month_not_over"
    assert send(house, "kao", "score", month="2026-13") == "bad=month_not_over"
    assert send(house, "kao", "score", final="1") == "said=month_closed"
    assert send(house, "kao", "score") == "bad=month_closed_before"
    assert "已关账" in read(house, "gu", f"/evaluation?month={MONTH}")
    with house.database.transaction() as tx:
        closings = tx.rows(
            "SELECT actor, origin FROM audit_log WHERE action = 'case.score' AND detail->>'final' = 'true'"
        )
    assert [(row["actor"], row["origin"]) for row in closings] == [("kao", "testclient")]


def test_an_exclusion_needs_a_second_person(house: House) -> None:
    with house.database.transaction() as tx:
        give_post(tx, CaseActor("kao", Post.ACCEPTOR), actor="test", now=utc_now())
        give_post(tx, CaseActor("gu", Post.EVALUATOR), actor="test", now=utc_now())
        case_id = ask_exclusion(tx, CaseActor("kao", Post.ACCEPTOR))
        version = find_case(tx, case_id).version
    asked = {"case": case_id, "request": 1, "version": version, "reason": "号码有误", "verdict": "grant"}

    page = read(house, "gu", f"/evaluation?month={MONTH}&formula=hotline")
    assert page.count('action="/evaluation/exclusion"') == 1
    assert 'action="/evaluation/exclusion"' not in read(house, "kao", f"/evaluation?month={MONTH}&formula=hotline")
    assert send(house, "zhou", "exclusion", **asked) == "403"
    assert send(house, "kao", "exclusion", **asked) == "bad=same_person"
    assert send(house, "gu", "exclusion", **asked) == "said=excluded"
    assert send(house, "gu", "exclusion", **asked) == "bad=exclusion_gone"
    with house.database.transaction() as tx:
        case = find_case(tx, case_id)
    assert (case.excluded, case.requests[0].decided_by) == (True, "gu")
