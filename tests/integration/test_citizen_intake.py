"""Cases take reports up, each once, whatever happens; who sent them is put apart, found again, and forgotten."""

import multiprocessing
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cases.errors import ActForbidden, ActRefused
from cases.life.details import CaseType, Refusal, RefusalGround
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store import acting, merging
from cases.store.case_store import find_case
from citizens import watch
from citizens.errors import (
    ContactClosed,
    KeyUnusable,
    NameDoubt,
    PersonalData,
    ReportTaken,
    ReportUnknown,
    ReportUnusable,
)
from citizens.holding import IntakeHold
from citizens.persons.contact import NOBODY, Contact, masked
from citizens.persons.sealing import make_pair
from citizens.reports import NewReport
from citizens.status import ReportStatus, status_of
from citizens.store.contacts import (
    earlier_reports,
    masked_contact,
    reports_of_case,
    reveal,
    waiting_reports,
)
from citizens.store.inbox import Sent, add_photo, own_notes, own_report, send_report
from citizens.store.intake import PlaceOutside, end_report, load_finder, place_report, take_call, take_up
from citizens.store.keeping import keep_longer
from citizens.store.moderation import pass_photo, pass_text, photo_content, photos_of, unseen, withhold_photo
from citizens.store.retention import forget
from citizens.watch import Intake, forget_reports, jobs
from cityops.scope import Scope
from cityops.settings import read_settings
from cityops.storage import Database, Transaction
from cityops.storage.audit import verify_chain
from tests.browser.city import build_city
from tests.case_samples import NOW, check_case, do, start_city
from tests.citizen_samples import KEY, LI, PUBLIC_KEY, REPORT, another, inside
from tests.programs import wait_for
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.cases.test_photo_files import jpeg

FORK = multiprocessing.get_context("fork")
DAY = timedelta(days=1)


@pytest.fixture
def city(database: Database) -> Database:
    """A city with outlines and a working calendar."""
    build_city(database)
    start_city(database)
    return database


def send(database: Database, report: NewReport) -> Sent:
    with database.transaction() as tx:
        return send_report(tx, report, public_key=PUBLIC_KEY)


def tend(database: Database, key: str | None = KEY) -> None:
    assert Intake(database, zone=SHANGHAI, key=key).tend(NOW)


def report_id_of(tx: Transaction, number: str) -> int:
    return int(tx.value("SELECT report_id FROM citizen_report WHERE number = %(number)s", number=number))


def taken_up(database: Database, report: NewReport) -> tuple[Sent, int, int]:
    """Send a report and have it taken up; return it, its id and its case."""
    sent = send(database, report)
    tend(database)
    with database.transaction() as tx:
        row = tx.row("SELECT report_id, case_id FROM citizen_report WHERE number = %(number)s", number=sent.number)
    assert row is not None
    return sent, row["report_id"], row["case_id"]


def test_a_case_takes_a_report_up_and_the_contact_stands_apart(city: Database) -> None:
    sent, report_id, case_id = taken_up(city, inside(city))
    with city.transaction() as tx:
        check_case(tx, case_id)
        case = find_case(tx, case_id)
        row = tx.row("SELECT * FROM city_case WHERE case_id = %(id)s", id=case_id)
        held = tx.row(
            "SELECT sealed, reporter_id, area_code FROM citizen_report WHERE report_id = %(id)s", id=report_id
        )
        reporter = tx.row("SELECT * FROM reporter")
        contact = masked_contact(tx, report_id, KEY)
        own = own_report(tx, sent.number, sent.code)
        notes = own_notes(tx, sent.number, sent.code)
    assert row is not None
    assert held is not None
    assert reporter is not None
    assert own is not None

    assert (case.state, case.kind, case.callers, case.reported_by) == ("reported", CaseType.COMPLAIN, 1, "citizens")
    assert (row["source"], row["description"], row["address"]) == ("web", REPORT.said, REPORT.address)
    assert case.area.startswith("9901")
    assert held["area_code"] == case.area
    assert (held["sealed"], held["reporter_id"]) == (None, reporter["reporter_id"])
    assert LI.phone.encode() not in bytes(reporter["sealed"]) + bytes(reporter["person_key"])
    assert contact == masked(LI)
    assert status_of(own["case_state"]) is ReportStatus.RECEIVED
    assert [note["act"] for note in notes] == ["report"]


def test_a_category_that_nobody_can_file_is_left_to_people(city: Database) -> None:
    _, report_id, case_id = taken_up(city, replace(inside(city), category="event/99-99"))
    with city.transaction() as tx:
        assert find_case(tx, case_id).category == ""
        assert tx.value("SELECT category FROM citizen_report WHERE report_id = %(id)s", id=report_id) == "event/99-99"


def test_four_thousand_characters_are_taken_up(city: Database) -> None:
    _, _, case_id = taken_up(city, replace(inside(city), said="<b>" + "长" * 3997))
    with city.transaction() as tx:
        assert tx.value("SELECT length(description) FROM city_case WHERE case_id = %(id)s", id=case_id) == 4000


def test_what_lies_outside_waits_for_a_person_and_keeps_no_other_waiting(city: Database) -> None:
    outside = send(city, replace(another(1), longitude=0.0, latitude=0.0))
    _, _, case_id = taken_up(city, inside(city))
    assert case_id is not None
    for _ in range(2):  # it is not tried again and again
        tend(city)
    with city.transaction() as tx:
        (row,) = waiting_reports(tx)
        assert (row["number"], row["held"]) == (outside.number, IntakeHold.OUTSIDE)
        with pytest.raises(ActForbidden):
            end_report(tx, row["report_id"], "refused", "不在本市", actor=people.HEAD, now=NOW)
        there = inside(city)
        assert there.longitude is not None
        assert there.latitude is not None
        place_report(
            tx,
            row["report_id"],
            longitude=there.longitude,
            latitude=there.latitude,
            address="",
            actor=people.ACCEPTOR,
            now=NOW,
        )
    tend(city)
    with city.transaction() as tx:
        assert waiting_reports(tx) == []
        assert tx.value("SELECT count(*) FROM city_case") == 2
        assert tx.value("SELECT count(*) FROM reporter") == 2
        with pytest.raises(ReportTaken):
            end_report(tx, row["report_id"], "refused", "不在本市", actor=people.ACCEPTOR, now=NOW)


def test_what_begins_no_case_waits_for_a_person_and_keeps_no_other_waiting(
    city: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(city, replace(inside(city), device="form-0"))

    def refuse_first(tx: Transaction, report_id: int, **values: Any) -> int:
        if report_id == report_id_of(tx, first.number):
            raise ActRefused("今天不行。")
        return take_up(tx, report_id, **values)

    monkeypatch.setattr(watch, "take_up", refuse_first)
    _, _, case_id = taken_up(city, inside(city))
    assert case_id is not None
    with city.transaction() as tx:
        assert [(row["number"], row["held"]) for row in waiting_reports(tx)] == [(first.number, IntakeHold.REFUSED)]


def test_a_report_without_a_case_ends_with_words_for_its_person(city: Database) -> None:
    sent = send(city, replace(REPORT, longitude=0.0, latitude=0.0))
    tend(city)
    with city.transaction() as tx:
        report_id = report_id_of(tx, sent.number)
        end_report(tx, report_id, "refused", "请拨打当地的热线", actor=people.ACCEPTOR, now=NOW)
        own = own_report(tx, sent.number, sent.code)
        assert own is not None
        assert (status_of(own["case_state"], own["outcome"]), own["answer"]) == (
            ReportStatus.REFUSED,
            "请拨打当地的热线",
        )
        assert own["closed_at"] == NOW
        with pytest.raises(ReportUnknown):
            end_report(tx, 0, "refused", "没有", actor=people.ACCEPTOR, now=NOW)


def test_without_the_key_cases_begin_and_contacts_wait(city: Database) -> None:
    _, report_id, case_id = taken_up_without_key(city)
    assert case_id is not None
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM reporter") == 0
        assert masked_contact(tx, report_id, KEY) == masked(LI)
        with pytest.raises(KeyUnusable):
            masked_contact(tx, report_id, None)
    tend(city, make_pair()[0])  # another key
    with city.transaction() as tx:
        assert [row["held"] for row in waiting_reports(tx)] == [IntakeHold.SEAL]
    tend(city)
    with city.transaction() as tx:
        assert waiting_reports(tx) == []
        assert tx.value("SELECT count(*) FROM reporter") == 1


def taken_up_without_key(database: Database) -> tuple[Sent, int, int]:
    sent = send(database, inside(database))
    tend(database, None)
    with database.transaction() as tx:
        row = tx.row("SELECT report_id, case_id FROM citizen_report WHERE number = %(number)s", number=sent.number)
    assert row is not None
    return sent, row["report_id"], row["case_id"]


def test_a_call_is_a_report_and_a_case_at_once_and_once(city: Database) -> None:
    with city.transaction() as tx:
        areas = load_finder(tx)
        said = replace(inside(city), kind=CaseType.CONSULT, device="call-1")
        values = {"actor": people.ACCEPTOR, "public_key": PUBLIC_KEY, "areas": areas, "now": NOW, "zone": SHANGHAI}
        first = take_call(tx, said, code="ABCDEFGH", **values)  # type: ignore[arg-type]
        again = take_call(tx, said, code="ABCDEFGH", **values)  # type: ignore[arg-type]
        assert (again.case_id, again.is_new, again.code) == (first.case_id, False, first.code)
        somebody = take_call(tx, said, **values)  # type: ignore[arg-type]
        assert (somebody.case_id, somebody.is_new, somebody.code) == (first.case_id, False, "")
        acting.perform(
            tx, first.case_id, Act.ANSWER, version=1, actor=people.ACCEPTOR, now=NOW, reason="下周一开始施工"
        )
        own = own_report(tx, first.number, first.code)
        assert own is not None
        assert (status_of(own["case_state"]), own["answer"]) == (ReportStatus.ANSWERED, "下周一开始施工")
    outside = replace(another(2), longitude=0.0, latitude=0.0)
    with pytest.raises(PlaceOutside), city.transaction() as tx:
        take_call(tx, outside, **values)  # type: ignore[arg-type]
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 1


def test_an_agent_sees_reports_of_the_own_part_only(city: Database) -> None:
    taken_up(city, inside(city))
    for areas, seen in ((("990101",), 1), (("990102",), 0)):
        with city.within(Scope(areas=areas)).transaction() as tx:
            for table in ("citizen_report", "reporter", "report_told"):
                assert tx.value(f"SELECT count(*) FROM {table}") == seen, table
    with city.within(Scope(areas=("990102",))).transaction() as tx:
        assert earlier_reports(tx, LI, KEY) == []


def test_a_merged_report_is_told_of_the_other(city: Database) -> None:
    first, _, master = taken_up(city, inside(city))
    second, _, child = taken_up(city, replace(inside(city), said="也说这个", contact=Contact(phone="13700001111")))
    with city.transaction() as tx:
        merging.merge(tx, child, master, version=1, actor=people.ACCEPTOR, now=NOW)
        row = tx.row("SELECT * FROM portal.report WHERE number = %(number)s", number=second.number)
        assert row is not None
        assert status_of(row["case_state"]) is ReportStatus.DUPLICATE
        assert (row["master_number"], row["master_state"]) == (first.number, "reported")
        assert find_case(tx, master).callers == 2
        assert [one["number"] for one in reports_of_case(tx, master)] == [first.number, second.number]


def test_earlier_reports_of_the_same_number_are_found_and_no_others(city: Database) -> None:
    taken_up(city, inside(city))
    taken_up(city, replace(inside(city), said="又一次", contact=Contact(phone="+86 139-1111-2222")))
    taken_up(city, replace(inside(city), said="别人", contact=Contact(phone="13700001111")))
    with city.transaction() as tx:
        found = earlier_reports(tx, Contact(phone="１３９１１１１２２２２"), KEY)
        assert [row["said"] for row in found] == ["又一次", REPORT.said]
        assert earlier_reports(tx, LI, make_pair()[0]) == []
        assert earlier_reports(tx, NOBODY, KEY) == []


def test_to_see_a_contact_is_on_record_with_its_reason(city: Database) -> None:
    sent, report_id, _ = taken_up(city, inside(city))
    with city.transaction() as tx:
        assert reveal(tx, report_id, KEY, actor=people.ACCEPTOR, why="回访", now=NOW) == LI
        (row,) = tx.rows("SELECT actor, object, detail FROM audit_log WHERE action = 'report.reveal'")
    assert (row["actor"], row["object"]) == (people.ACCEPTOR.name, sent.number)
    assert row["detail"]["why"] == "回访"
    assert LI.phone not in str(row)
    for why, error in (("", ContactClosed), ("x" * 201, ContactClosed), ("打 13911112222", PersonalData)):
        with pytest.raises(error), city.transaction() as tx:
            reveal(tx, report_id, KEY, actor=people.ACCEPTOR, why=why, now=NOW)
    with pytest.raises(ContactClosed), city.transaction() as tx:
        reveal(tx, report_id, KEY, actor=people.HEAD, why="想知道", now=NOW)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'report.reveal'") == 1
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []


def test_nothing_is_public_until_a_person_passed_it(city: Database) -> None:
    sent = send(city, inside(city))
    with city.transaction() as tx:
        add_photo(tx, sent.number, sent.code, jpeg(), place=1)
    tend(city)
    with city.transaction() as tx:
        report_id = report_id_of(tx, sent.number)
        assert [row["photos"] for row in unseen(tx)] == [1]
        for text in ("路灯不亮，电话 139 1111 2222", "li@mail.example", "320102199003071234"):
            with pytest.raises(PersonalData):
                pass_text(tx, report_id, text, actor=people.ACCEPTOR, now=NOW)
        with pytest.raises(NameDoubt):
            pass_text(tx, report_id, "李师傅说路灯不亮", actor=people.ACCEPTOR, now=NOW)
        with pytest.raises(PersonalData):  # whoever has read the names has not made a number public by it
            pass_text(tx, report_id, "李师傅 13911112222", actor=people.ACCEPTOR, now=NOW, names_read=True)
        pass_text(tx, report_id, "金老师傅巷路灯不亮", actor=people.ACCEPTOR, now=NOW, names_read=True)
        assert tx.value("SELECT detail->>'names_read' FROM audit_log WHERE action = 'report.publish'") == "true"
        with pytest.raises(ActForbidden):
            pass_text(tx, report_id, "路灯不亮", actor=people.WORKER, now=NOW)
        pass_text(tx, report_id, " 路灯不亮 ", actor=people.ACCEPTOR, now=NOW)
        pass_photo(tx, report_id, 1, actor=people.ACCEPTOR, now=NOW)
        assert unseen(tx) == []
        (row,) = tx.rows("SELECT public_text, address FROM portal.report")
        assert (row["public_text"], row["address"]) == ("路灯不亮", REPORT.address)
        assert len(tx.rows("SELECT * FROM portal.report_photo")) == 1
        withhold_photo(tx, report_id, 1, actor=people.ACCEPTOR, now=NOW)
        assert tx.rows("SELECT * FROM portal.report_photo") == []
        assert [photo["public"] for photo in photos_of(tx, report_id)] == [False]
        assert photo_content(tx, report_id, 1) is not None
        with pytest.raises(ReportUnknown):
            pass_photo(tx, report_id, 2, actor=people.ACCEPTOR, now=NOW)
        acts = {row["action"] for row in tx.rows("SELECT action FROM audit_log WHERE action ^@ 'report.'")}
    assert acts == {"report.publish", "report.photo.publish", "report.photo.withhold"}


def test_an_answer_that_came_after_the_review_is_not_public(city: Database) -> None:
    _, report_id, case_id = taken_up(city, replace(inside(city), kind=CaseType.CONSULT))
    with city.transaction() as tx:
        pass_text(tx, report_id, "什么时候施工？", actor=people.ACCEPTOR, now=NOW)
        later = NOW + timedelta(minutes=5)
        refused = Refusal(ground=RefusalGround.OUTSIDE)
        acting.perform(
            tx, case_id, Act.REFUSE, version=1, actor=people.CHIEF, now=later, reason="打 13911112222", details=refused
        )
        assert [row["answer"] for row in tx.rows("SELECT answer FROM portal.report")] == [""]
        with pytest.raises(PersonalData):
            pass_text(tx, report_id, "什么时候施工？", actor=people.ACCEPTOR, now=later)


def test_a_thousand_of_which_a_hundred_are_the_same_are_one_case_each(city: Database) -> None:
    said = inside(city)
    reports = [said] * 100 + [replace(said, said=f"第 {number} 件", device=f"form-{number}") for number in range(900)]

    def carry(part: list[NewReport]) -> None:
        for report in part:
            send(city, report)

    threads = [threading.Thread(target=carry, args=(reports[place::8],)) for place in range(8)]
    workers = [threading.Thread(target=take_all, args=(city, 901)) for _ in range(2)]
    for thread in threads + workers:
        thread.start()
    for thread in threads + workers:
        thread.join()

    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report") == 901
        assert tx.value("SELECT count(DISTINCT case_id) FROM citizen_report") == 901
        assert tx.value("SELECT count(*) FROM city_case") == 901
        assert tx.value("SELECT count(*) FROM reporter") == 901


def take_all(database: Database, wanted: int) -> None:
    """Take reports up until so many were."""
    intake = Intake(database, zone=SHANGHAI, key=KEY)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        intake.tend(NOW)
        with database.transaction() as tx:
            if tx.value("SELECT count(*) FROM reporter") >= wanted:
                return


def take_for_ever(url: str) -> None:
    database = Database(url, application="intake")
    while True:
        Intake(database, zone=SHANGHAI, key=KEY).tend(NOW)


def test_an_intake_that_is_killed_anywhere_loses_and_doubles_nothing(city: Database, database_url: str) -> None:
    said = inside(city)
    sent = 0
    for kill in range(12):
        for _ in range(40):
            sent += 1
            send(city, replace(said, said=f"第 {sent} 件", device=f"form-{sent}"))
        process = FORK.Process(target=take_for_ever, args=(database_url,), daemon=True)
        process.start()
        time.sleep(0.05 + 0.03 * kill)  # connecting alone takes some of it: each kill falls into another step
        process.kill()
        process.join()
    # PostgreSQL needs a moment to see that the last one, which led the round, is gone.
    wait_for(lambda: Intake(city, zone=SHANGHAI, key=KEY).tend(NOW), "the killed intake's session to end")

    with city.transaction() as tx:
        rows = tx.rows("SELECT case_id, reporter_id, sealed FROM citizen_report")
        assert len(rows) == len({row["case_id"] for row in rows}) == len({row["reporter_id"] for row in rows}) == sent
        assert all(row["case_id"] and row["reporter_id"] and row["sealed"] is None for row in rows)
        assert tx.value("SELECT count(*) FROM city_case") == sent
        assert tx.value("SELECT count(*) FROM reporter") == sent
        for row in rows[:: len(rows) // 20]:
            check_case(tx, row["case_id"])
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []


@pytest.fixture
def closed(city: Database) -> tuple[Database, Sent, int, int]:
    """A report with a photograph whose case was closed."""
    there = inside(city)
    assert there.longitude is not None
    sent = send(city, replace(there, wants_call=False, longitude=there.longitude + 0.00012345))
    with city.transaction() as tx:
        add_photo(tx, sent.number, sent.code, jpeg(), place=1)
    tend(city)
    with city.transaction() as tx:
        row = tx.row("SELECT report_id, case_id FROM citizen_report")
        assert row is not None
        now = NOW
        for act, actor, details in people.PATHS[CaseState.CLOSED][1:]:
            now += timedelta(minutes=1)
            do(tx, row["case_id"], act, actor, details, now)
        assert find_case(tx, row["case_id"]).state is CaseState.CLOSED
        tx.execute("UPDATE citizen_report SET received_at = %(now)s", now=NOW)
    return city, sent, row["report_id"], row["case_id"]


def test_what_was_said_and_by_whom_is_forgotten_in_time(closed: tuple[Database, Sent, int, int]) -> None:
    city, sent, report_id, case_id = closed
    assert forget_reports(city, NOW + 9 * DAY, age=10 * DAY)
    with city.transaction() as tx:
        assert masked_contact(tx, report_id, KEY) == masked(LI)
    assert forget_reports(city, NOW + 11 * DAY, age=10 * DAY)

    with city.transaction() as tx:
        assert masked_contact(tx, report_id, KEY) == NOBODY
        assert earlier_reports(tx, LI, KEY) == []
        own = own_report(tx, sent.number, sent.code)
        assert own is not None
        assert (own["said"], own["address"]) == ("", "")
        assert status_of(own["case_state"]) is ReportStatus.CLOSED  # what became of it is still told
        assert tx.value("SELECT description || address FROM city_case WHERE case_id = %(id)s", id=case_id) == ""
        place = tx.row("SELECT longitude, latitude FROM city_case WHERE case_id = %(id)s", id=case_id)
        assert place == {"longitude": round(own["longitude"], 3), "latitude": round(own["latitude"], 3)}
        assert tx.value("SELECT count(*) FROM report_photo") == 0
        reporter = tx.row("SELECT sealed, person_key, anonymised_at FROM reporter")
        assert reporter == {"sealed": None, "person_key": None, "anonymised_at": NOW + 11 * DAY}
        check_case(tx, case_id)
        dump = " ".join(str(tx.rows(f"SELECT * FROM {table}")) for table in ("citizen_report", "city_case", "reporter"))
        assert REPORT.said not in dump
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []


def test_what_was_passed_for_the_public_is_kept(closed: tuple[Database, Sent, int, int]) -> None:
    city, _, report_id, case_id = closed
    with city.transaction() as tx:
        pass_text(tx, report_id, "路灯不亮", actor=people.ACCEPTOR, now=NOW)
        pass_photo(tx, report_id, 1, actor=people.ACCEPTOR, now=NOW)
        assert forget(tx, now=NOW + 11 * DAY, age=10 * DAY, most=10) == 1
        assert forget(tx, now=NOW + 12 * DAY, age=10 * DAY, most=10) == 0
        assert tx.value("SELECT public_text FROM portal.report") == "路灯不亮"
        assert tx.value("SELECT description FROM city_case WHERE case_id = %(id)s", id=case_id) == "路灯不亮"
        assert tx.value("SELECT count(*) FROM portal.report_photo") == 1


def test_a_case_that_a_collector_began_keeps_its_words(closed: tuple[Database, Sent, int, int]) -> None:
    city, _, _, case_id = closed
    with city.transaction() as tx:
        tx.execute("UPDATE city_case SET source = 'collector', description = '井盖破损'")
        assert forget(tx, now=NOW + 11 * DAY, age=10 * DAY, most=10) == 1
        assert tx.value("SELECT description FROM city_case WHERE case_id = %(id)s", id=case_id) == "井盖破损"


def test_what_is_open_or_kept_longer_is_not_forgotten(city: Database) -> None:
    taken_up(city, inside(city))
    with city.transaction() as tx:
        tx.execute("UPDATE citizen_report SET received_at = %(now)s", now=NOW)
        assert forget(tx, now=NOW + 900 * DAY, age=10 * DAY, most=10) == 0


def test_a_person_who_is_to_be_kept_longer_is(closed: tuple[Database, Sent, int, int]) -> None:
    city, *_ = closed
    with city.transaction() as tx:
        number = str(tx.value("SELECT number FROM citizen_report"))
        keep_longer(tx, number, until=NOW + 99 * DAY, why="行政诉讼 118 号", actor="zhao", now=NOW)
        assert forget(tx, now=NOW + 11 * DAY, age=10 * DAY, most=10) == 0
        (line,) = tx.rows("SELECT actor, object, detail FROM audit_log WHERE action = 'report.keep'")
        assert (line["actor"], line["object"], line["detail"]["why"]) == ("zhao", number, "行政诉讼 118 号")
        assert forget(tx, now=NOW + 100 * DAY, age=10 * DAY, most=10) == 1
        with pytest.raises(ReportUnusable, match="forgotten already"):
            keep_longer(tx, number, until=NOW + 999 * DAY, why="诉讼", actor="zhao", now=NOW + 100 * DAY)


def test_a_report_of_nobody_is_kept_longer_too(city: Database) -> None:
    _, report_id, _ = taken_up(city, replace(inside(city), contact=NOBODY, wants_call=False))
    with city.transaction() as tx:
        number = str(tx.value("SELECT number FROM citizen_report"))
        for day in (50, 90):  # the second takes the place of the first
            keep_longer(tx, number, until=NOW + day * DAY, why="诉讼", actor="zhao", now=NOW)
        row = tx.row("SELECT count(*), max(kept_until) AS until, max(sealed) AS sealed FROM reporter")
        assert row == {"count": 1, "until": NOW + 90 * DAY, "sealed": None}
        assert masked_contact(tx, report_id, KEY).is_empty


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"why": " "}, ReportUnusable),
        ({"why": "长" * 201}, ReportUnusable),
        ({"why": "机主 13911112222 起诉"}, PersonalData),
        ({"until": NOW}, ReportUnusable),
        ({"until": NOW + 9999 * DAY}, ReportUnusable),
        ({"number": "R20260101-999999"}, ReportUnknown),
    ],
)
def test_what_keeps_nothing_longer(city: Database, given: dict[str, Any], error: type[Exception]) -> None:
    sent, *_ = taken_up(city, inside(city))
    told: dict[str, Any] = {"number": sent.number, "until": NOW + DAY, "why": "诉讼"} | given
    with pytest.raises(error), city.transaction() as tx:
        keep_longer(tx, told.pop("number"), actor="zhao", now=NOW, **told)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM audit_log WHERE action = 'report.keep'") == 0


def test_a_contact_that_is_not_put_apart_yet_is_not_lost(city: Database) -> None:
    sent, *_ = taken_up_without_key(city)
    with pytest.raises(ReportUnusable, match="put apart"), city.transaction() as tx:
        keep_longer(tx, sent.number, until=NOW + DAY, why="诉讼", actor="zhao", now=NOW)


def test_watch_finds_these_jobs(database: Database) -> None:
    named = [job.name for job in jobs(database, read_settings({}))]

    assert named == ["citizens", "citizens-forget"]
    assert [job.name for job in jobs(database, read_settings({"CITYOPS_KEEP_REPORTERS_DAYS": "0"}))] == ["citizens"]
