"""The hotline's pages: who may, whose calls, what no answer and no stored row holds, what stays text."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import httpx
import pytest

from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.store.case_store import find_case
from cases.store.posts import give_post
from citizens.errors import ReportUnusable
from citizens.persons.contact import Contact
from citizens.reports import NewReport
from citizens.store.inbox import add_photo, own_report, send_report
from citizens.store.intake import load_finder, take_call
from citizens.watch import Intake
from cityops.accounts.roles import Role
from cityops.accounts.users import store_user
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.scope import Scope
from dashboard.pages.hotline.calls import read_note
from tests.browser.case_city import PIXEL
from tests.case_samples import do, start_city
from tests.citizen_samples import KEY, LI, PUBLIC_KEY, REPORT
from tests.security.conftest import PASSWORD, House, open_house
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

CODE = "ABCD2345"
SPOT = {"longitude": 119.05, "latitude": 30.05}  # in 990101
CALL = {"kind": "complain", "device": "form-00000001", "code": CODE, "said": "路灯不亮", "phone": LI.phone, **SPOT}
GETS = ("/hotline", "/hotline/calls", "/hotline/review")
POSTS = ("help", "report", "calls/reveal", "calls/record", "calls/exclude", "review/text", "review/photo")
KEYS = {"CITYOPS_REPORTER_KEY": KEY, "CITYOPS_REPORTER_PUBLIC_KEY": PUBLIC_KEY}


@pytest.fixture
def house(database_url: str, catalogue: Catalogue) -> Iterator[House]:
    """Agents of the whole city, of the second area; a duty chief; and somebody without a post."""
    with open_house(database_url, catalogue, **KEYS) as opened:
        start_city(opened.database)
        with opened.database.transaction() as tx:
            for name, post, scope in (
                ("agent", Post.ACCEPTOR, Scope()),
                ("south", Post.ACCEPTOR, Scope(areas=("990102",))),
                ("chief", Post.CHIEF, Scope()),
                ("nobody", None, Scope()),
            ):
                store_user(tx, name, role=Role.VIEWER, scope=scope, password=PASSWORD, actor="test", now=utc_now())
                if post is not None:
                    give_post(tx, CaseActor(name, post), actor="test", now=utc_now())
        yield opened


def ask(house: House, name: str, path: str, **sent: Any) -> httpx.Response:
    return house.ask("POST" if sent else "GET", path, cookie=house.log_in(name), **sent)


def register(house: House, name: str = "agent", **changes: Any) -> httpx.Response:
    return ask(house, name, "/hotline/report", json=CALL | changes)


def to_call(house: House, said: NewReport = REPORT) -> dict[str, int]:
    """A report whose case waits for the call: report, and version of its case."""
    now = utc_now()
    with house.database.transaction() as tx:
        call = take_call(
            tx,
            replace(said, longitude=SPOT["longitude"], latitude=SPOT["latitude"]),
            actor=CaseActor("agent", Post.ACCEPTOR),
            public_key=PUBLIC_KEY,
            areas=load_finder(tx),
            now=now,
            zone=SHANGHAI,
        )
        for act, person, details in people.PATHS[CaseState.CALLING][1:]:
            do(tx, call.case_id, act, person, details, now)
        return {"report": call.report_id, "version": find_case(tx, call.case_id).version}


def content(house: House) -> str:
    """Everything that the database holds, as text, but for what is sealed."""
    with house.database.transaction() as tx:
        tables = tx.rows(
            "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        return "".join(str(tx.rows(f'SELECT * FROM "{row["name"]}"')) for row in tables)


# ---- rights


def test_without_a_post_the_page_says_for_whom_it_is(house: House) -> None:
    for path in GETS:
        answer = ask(house, "nobody", path)
        assert (answer.status_code, "受理员" in answer.text) == (403, True), path
    for path in POSTS:
        assert ask(house, "nobody", f"/hotline/{path}", json={}).status_code == 403, path
    assert ask(house, "nobody", "/hotline/map").status_code == 403
    assert ask(house, "chief", "/hotline/calls").status_code == 403  # a chief files what agents take
    assert ask(house, "chief", "/hotline/review").status_code == 200


def test_another_site_registers_nothing(house: House) -> None:
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}

    assert ask(house, "agent", "/hotline/report", json=CALL, headers=elsewhere).status_code == 403


def test_an_agent_of_a_part_sees_and_registers_what_lies_in_it(house: House) -> None:
    caller = to_call(house)

    assert "data-call-back" in ask(house, "agent", "/hotline/calls").text
    assert "data-call-back" not in ask(house, "south", "/hotline/calls").text
    noted = ask(house, "south", "/hotline/calls/record", data=caller | {"result": "solved"})
    assert noted.headers["location"].endswith("bad=call_gone")
    refused = register(house, "south")
    assert (refused.status_code, "不在本市区划内" in refused.json()["words"]) == (409, True)
    assert register(house, "south", longitude=119.15).status_code == 200


# ---- what nothing holds


def test_no_stored_row_has_the_number_or_the_code(house: House) -> None:
    headers = {"Idempotency-Key": "one-call-and-no-other"}
    first, second = (ask(house, "agent", "/hotline/report", json=CALL, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()) == (200, second.json())
    Intake(house.database, zone=SHANGHAI, key=KEY).tend(utc_now())

    stored = content(house)
    assert LI.phone not in stored
    assert CODE not in stored
    with house.database.transaction() as tx:
        assert own_report(tx, first.json()["number"], CODE) is not None
        assert tx.value("SELECT count(*) FROM citizen_report") == 1


def test_the_same_form_sent_again_is_the_same_report(house: House) -> None:
    first, second = register(house).json(), register(house).json()

    assert (first["number"], first["is_new"], second["is_new"]) == (second["number"], True, False)


def test_a_contact_is_shown_once_for_each_look_on_record(house: House) -> None:
    caller, key = to_call(house), {"Idempotency-Key": "one-look-and-no-other"}
    assert LI.phone not in ask(house, "agent", "/hotline/calls").text
    sent = {"report": caller["report"], "why": "回访"}
    shown, again = (ask(house, "agent", "/hotline/calls/reveal", data=sent, headers=key) for _ in range(2))

    assert LI.phone in shown.text
    assert again.headers["location"].endswith("said=contact_again")
    assert LI.phone not in content(house)
    with house.database.transaction() as tx:
        looks = tx.rows("SELECT actor, detail->>'why' AS why FROM audit_log WHERE action = 'report.reveal'")
    assert [(row["actor"], row["why"]) for row in looks] == [("agent", "回访")]
    without = ask(house, "agent", "/hotline/calls/reveal", data={"report": caller["report"], "why": " "})
    assert without.headers["location"].endswith("bad=contact_closed")


def test_a_confidential_caller_is_shown_to_no_agent(house: House) -> None:
    caller = to_call(house, replace(REPORT, confidential=True))
    refused = ask(house, "agent", "/hotline/calls/reveal", data={"report": caller["report"], "why": "回访"})

    assert refused.headers["location"].endswith("bad=contact_closed")
    assert "139****" not in ask(house, "agent", "/hotline/calls").text


def test_earlier_reports_are_found_by_the_number_and_no_address_has_it(house: House) -> None:
    register(house)
    Intake(house.database, zone=SHANGHAI, key=KEY).tend(utc_now())
    found = ask(house, "agent", "/hotline/help", json={"phone": f"+86 {LI.phone}", "said": "路灯", **SPOT}).json()

    assert [one["said"] for one in found["earlier"]] == ["路灯不亮"]
    assert [one["near"] for one in found["similar"]] == [True]
    assert LI.phone not in str(found)


def test_without_a_key_the_page_says_so_and_takes_calls_all_the_same(database_url: str, catalogue: Catalogue) -> None:
    with open_house(database_url, catalogue) as bare:
        with bare.database.transaction() as tx:
            store_user(tx, "agent", role=Role.VIEWER, password=PASSWORD, actor="test", now=utc_now())
            give_post(tx, CaseActor("agent", Post.ACCEPTOR), actor="test", now=utc_now())

        assert "CITYOPS_REPORTER_PUBLIC_KEY" in ask(bare, "agent", "/hotline").text
        refused = register(bare)
        assert (refused.status_code, "make-key" in refused.json()["words"]) == (409, True)
        assert register(bare, phone="").status_code == 200
        asked = ask(bare, "agent", "/hotline/help", json={"phone": LI.phone}).json()
        assert asked["earlier"] is None
    assert Contact(phone=LI.phone).person  # what was asked for is a number


# ---- what is said


@pytest.mark.parametrize(
    "broken",
    [{"kind": "case2"}, {"device": ""}, {"longitude": "east"}, {"more": 1}, {"master": "all"}, {"ground": "mood"}],
)
def test_what_no_form_sends_is_refused(house: House, broken: dict[str, Any]) -> None:
    assert register(house, **broken).status_code in (400, 422)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "0O1I"}, "页面已过期"),
        ({"phone": "soon"}, "不是电话号码"),
        ({"said": ""}, "请写来电内容"),
        ({"kind": "consult", "answer": "请打 13800138000"}, "答复里有电话"),
        ({"master": 999}, "刚刚有变化"),
    ],
)
def test_a_call_that_cannot_be_taken_leaves_nothing(house: House, wrong: dict[str, Any], words: str) -> None:
    refused = register(house, **wrong)

    assert (refused.status_code, words in refused.json()["words"]) == (409, True)
    with house.database.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 0
        assert tx.value("SELECT count(*) FROM city_case") == 0


def test_markup_stays_text(house: House) -> None:
    evil = "<script>alert(1)</script>"
    to_call(house, replace(REPORT, said=evil, address=evil))

    for path in ("/hotline/calls", "/hotline/review"):
        page = ask(house, "agent", path).text
        assert evil not in page, path
        assert evil in unescape(page), path


def test_a_photograph_is_seen_by_who_decides_about_it(house: House) -> None:
    with house.database.transaction() as tx:
        sent = send_report(
            tx, replace(REPORT, longitude=SPOT["longitude"], latitude=SPOT["latitude"]), public_key=PUBLIC_KEY
        )
        add_photo(tx, sent.number, sent.code, PIXEL, place=1)
    path = "/hotline/review/1/photos/1"

    shown = ask(house, "chief", path)
    assert (shown.status_code, shown.headers["content-type"], shown.headers["cache-control"]) == (
        200, "image/png", "no-store",
    )  # fmt: skip
    assert ask(house, "nobody", path).status_code == 403
    assert ask(house, "south", path).status_code == 404
    assert ask(house, "chief", "/hotline/review/1/photos/2").status_code == 404


# ---- call-backs


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"result": "solved", "stars": "5"}, "said=call_noted"),
        ({"result": "missed", "stars": "5"}, "said=call_missed"),  # a star of nobody is dropped
        ({"result": "not_solved", "stars": "1"}, "said=call_again"),
        ({"result": "explained", "comment": "知道了"}, "said=call_noted"),
        ({"result": "perhaps"}, "bad=call_wrong"),
        ({"result": "solved", "stars": "9"}, "bad=call_wrong"),
        ({"result": "solved", "comment": "长" * 501}, "bad=call_wrong"),
        ({"result": "solved", "version": "1"}, "bad=call_taken"),
    ],
)
def test_what_came_of_a_call(house: House, sent: dict[str, str], said: str) -> None:
    caller = to_call(house)
    answer = ask(house, "agent", "/hotline/calls/record", data={**caller, **sent})

    assert answer.headers["location"] == f"/hotline/calls?{said}"


def test_who_was_missed_three_times_may_be_left_out_by_a_second_person(house: House) -> None:
    caller = to_call(house)
    form = {"report": caller["report"], "reason": "三次未接通"}
    for tries in range(3):
        version = caller["version"] + tries
        early = ask(house, "agent", "/hotline/calls/exclude", data=form | {"version": version})
        assert early.headers["location"].endswith("bad=call_refused")
        missed = {"report": caller["report"], "version": version, "result": "missed"}
        assert ask(house, "agent", "/hotline/calls/record", data=missed).status_code == 303
    assert 'action="/hotline/calls/exclude"' in ask(house, "agent", "/hotline/calls").text
    asked = ask(house, "agent", "/hotline/calls/exclude", data=form | {"version": caller["version"] + 3})

    assert asked.headers["location"].endswith("said=call_exclusion")
    assert "等待考核员审批" in ask(house, "agent", "/hotline/calls").text


def test_a_note_says_what_came_of_it() -> None:
    with pytest.raises(ReportUnusable):
        read_note({})
