"""The citizens of the demo on the real store: a history among that of cases, and what goes on afterwards."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.play.player import Player
from cases.store import acting
from cases.store.case_store import find_case
from citizens.persons.personal import find_personal
from citizens.play.agents import Agents
from citizens.play.history import HistoryCalls
from citizens.play.living import LivingCalls
from citizens.play.stories import load_stories
from citizens.store.topics import list_topics, propose_topics
from citizens.topics.criteria import load_criteria
from citizens.watch import Intake
from cityops.areas import Area, AreaLevel
from cityops.storage import Database
from cityops.storage.audit import verify_chain
from cityops.storage.devices.stored_areas import store_areas
from tests.alert_samples import detector, make_rule, open_alert
from tests.citizen_samples import KEY, PUBLIC_KEY
from tests.unit.cases.calendars import SHANGHAI, at
from tests.unit.dashboard.samples import box

DAYS = 6
NOW = at("06-18 15:00")  # a Thursday
STORIES = load_stories()
CITY = {
    "990100": Area("990100", "云州市", AreaLevel.CITY, None, "Yunzhou", box(119, 30, 0.2)),
    "990101": Area("990101", "望湖区", AreaLevel.DISTRICT, "990100", "Wanghu", box(119, 30)),
}
CORNERS = {f"99010100{n}": (119 + 0.05 * (n // 2), 30 + 0.05 * (n % 2)) for n in range(4)}
STREETS = {code: Area(code, code, AreaLevel.STREET, "990101", "", box(*at, 0.05)) for code, at in CORNERS.items()}


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as tx:
        store_areas(tx, [*CITY.values(), *STREETS.values()])
        for number in range(24):
            code, (lon, lat) = list(CORNERS.items())[number % 4]
            detector(tx, f"G-{number}", area=code, lon=lon + 0.01 + number / 800, lat=lat + 0.01 + number / 900)
    return database


def played(city: Database, days: int) -> tuple[Player, Agents]:
    agents = Agents(SHANGHAI, 7, PUBLIC_KEY)
    history = HistoryCalls(agents, STORIES, NOW.astimezone(SHANGHAI).date(), "zh")
    player = Player(city, SHANGHAI, seed=7, others=history.happenings, calling=agents.call_back)
    assert player.play_history(days, NOW)
    return player, agents


def test_a_history_in_which_callers_are_heard_answered_and_joined(city: Database) -> None:
    played(city, DAYS)
    with city.transaction() as tx:
        reports = tx.rows("SELECT * FROM citizen_report")
        assert len(reports) > 40
        assert {one["channel"] for one in reports} == {"hotline", "web", "open311"}
        assert min(one["received_at"] for one in reports) < NOW - timedelta(days=DAYS - 1)
        assert max(one["received_at"] for one in reports) <= NOW
        assert all(one["number"][1:9] == f"{one['received_at'].astimezone(SHANGHAI):%Y%m%d}" for one in reports)
        held = [one for one in reports if one["case_id"] is None]
        assert {one["held"] for one in held} <= {"outside"}
        passed = [one["public_text"] for one in reports if one["public_text"]]
        assert len(passed) > 10
        assert not any(find_personal(text) for text in passed)
        assert any(find_personal(one["said"]) for one in reports)  # and those wait for a person
        assert tx.value("SELECT count(*) FROM city_case WHERE state = 'answered' AND kind = 'consult'") > 3
        masters = tx.rows("SELECT master, count(*) AS merged FROM city_case WHERE master IS NOT NULL GROUP BY master")
        assert masters
        for row in masters:
            case = find_case(tx, row["master"])
            assert acting.replay_case(tx, row["master"]) == case
            assert case.is_open or case.ended_at is not None
        calls = tx.rows("SELECT report_call.*, wants_call FROM report_call JOIN citizen_report USING (report_id)")
        assert len(calls) > 5
        assert len(calls) == tx.value("SELECT count(*) FROM case_event WHERE act = 'call_back'")
        assert all(call["wants_call"] for call in calls)
        assert {call["solved"] for call in calls} > {None, "solved"}
        handled = "SELECT count(*) FROM citizen_report JOIN city_case USING (case_id) WHERE state = 'closed'"
        assert tx.value(handled) > 10
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []


def test_a_month_of_history_holds_one_topic_that_rose(city: Database) -> None:
    played(city, 30)
    with city.transaction() as tx:
        found = propose_topics(tx, criteria=load_criteria(), now=NOW, zone=SHANGHAI)
        assert len(found) == 1
        (topic,) = list_topics(tx)
        assert topic["category"] in {one.category for one in STORIES.trouble[:4]}
        assert topic["area_code"] in STREETS


def test_a_city_without_a_key_has_citizens_who_give_no_contact(city: Database) -> None:
    agents = Agents(SHANGHAI, 7)
    history = HistoryCalls(agents, STORIES, NOW.astimezone(SHANGHAI).date(), "en")
    assert Player(city, SHANGHAI, seed=7, others=history.happenings).play_history(1, NOW)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM citizen_report WHERE sealed IS NOT NULL OR wants_call") == 0
        assert tx.value("SELECT count(*) FROM citizen_report") > 5


def test_alerts_that_people_notice_bring_calls_which_are_joined(city: Database) -> None:
    _, agents = played(city, 1)
    living = LivingCalls(city, agents, STORIES, "zh")
    rule = make_rule(2)
    intake = Intake(city, zone=ZoneInfo("Asia/Shanghai"), key=KEY)
    with city.transaction() as tx:
        series = detector(tx, "U-1", area="990101001", lon=119.02, lat=30.07)
        tx.execute("UPDATE sensor SET kind = 'underpass_gauge' WHERE sensor_id = 'U-1'")
        open_alert(tx, rule, series, at=NOW)
        before = tx.value("SELECT count(*) FROM citizen_report")
    came = 0
    for minute in range(1, 240, 4):
        came += living.play_now(NOW + timedelta(minutes=minute))
        intake.tend(NOW + timedelta(minutes=minute))
    assert came > 10
    with city.transaction() as tx:
        told = tx.rows("SELECT * FROM citizen_report ORDER BY report_id OFFSET %(before)s", before=before)
        about = [one for one in told if one["address"] == "U-1"]
        assert "event/05-06" in {one["category"] for one in about}
        assert tx.value("SELECT count(*) FROM citizen_report WHERE case_id IS NULL AND held = ''") == 0
        assert tx.value("SELECT count(*) FROM city_case WHERE state = 'merged'") > 0
