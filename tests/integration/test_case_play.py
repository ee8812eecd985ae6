"""The people of the demo: a history of cases in every state, by the rules that bind everybody, and what is live."""

import json
from collections import defaultdict
from datetime import timedelta

import pytest

from cases.life.posts import SEPARATED, CaseActor, Post
from cases.life.states import ENDS, CaseState
from cases.life.transitions import TRANSITIONS, Act
from cases.play.player import Player
from cases.store import acting
from cases.store.case_store import case_events, find_case
from cases.store.photos import check_photos
from cases.watch import tend_cases
from cityops.storage import Database
from cityops.storage.audit import verify_chain
from tests.alert_samples import detector
from tests.case_samples import do
from tests.unit.cases.calendars import SHANGHAI, at

DAYS = 5
NOW = at("06-18 15:00")  # a Thursday


@pytest.fixture
def city(database: Database) -> Database:
    with database.transaction() as tx:
        for number in range(8):
            detector(tx, f"G-{number}", area=f"99010{number % 3 + 1}", lon=118 + number / 100)
    return database


def test_a_history_by_the_rules_and_what_goes_on(city: Database) -> None:
    player = Player(city, SHANGHAI, seed=7)
    cases = player.play_history(DAYS, NOW)
    assert cases is not None
    assert player.play_history(DAYS, NOW) == cases  # it has one already

    with city.transaction() as tx:
        states = {row["state"] for row in tx.rows("SELECT DISTINCT state FROM city_case")}
        acts = {row["act"] for row in tx.rows("SELECT DISTINCT act FROM case_event")}
        late = tx.row("SELECT count(overdue_at) AS some, count(*) AS of_all FROM city_case") or {}
        assert states >= {CaseState.CLOSED, CaseState.REFUSED, CaseState.HANDLING}
        assert acts >= {Act.VERIFY, Act.ASK_RETURN, Act.ASK_EXTEND, Act.FAIL, Act.CALL_BACK, Act.FINISH_HELP}
        assert 0 < late["some"] < late["of_all"] / 2
        assert tx.value("SELECT count(*) FROM case_event WHERE at > %(now)s", now=NOW) == 0
        # No alert was followed, so nothing still held when a case was closed.
        assert tx.value("SELECT count(*) FROM case_event WHERE act = 'close' AND reason <> ''") == 0
        for case_id in range(1, cases + 1, 7):
            assert acting.replay_case(tx, case_id) == find_case(tx, case_id)
            check_separation(case_events(tx, case_id))
            for event in case_events(tx, case_id):
                check_photos(tx, case_id, json.loads(event["data"]).get("photos", ()))
    with city.transaction() as tx:
        assert verify_chain(tx)[0] == []

    # ---- and live
    with city.transaction() as tx:
        row = tx.row("SELECT case_id FROM city_case WHERE state = 'handling' LIMIT 1")
        assert row is not None
        do(tx, row["case_id"], Act.COMMENT, CaseActor("chief", Post.CHIEF), now=NOW)
    before = open_versions(city)
    now = NOW
    for _ in range(30):
        now += timedelta(minutes=20)
        player.play_now(now)
    after = open_versions(city)
    assert max(after) > max(before)  # something new was reported
    assert any(after.get(case_id, 99) > version for case_id, version in before.items())
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM case_event WHERE act = 'overdue' AND at > %(now)s", now=NOW) == 0
    assert tend_cases(city, now + timedelta(days=60), zone=SHANGHAI)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM case_event WHERE act = 'overdue' AND at > %(now)s", now=NOW) > 0


def test_a_city_without_sensors_waits_and_one_that_is_told_to_stop_leaves_nothing(city: Database) -> None:
    player = Player(city, SHANGHAI, seed=7)
    player.stopping.set()
    assert player.play_history(1, NOW) is None
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM city_case") == 0
        tx.execute("DELETE FROM series; DELETE FROM sensor")
    assert Player(city, SHANGHAI, seed=7).play_history(1, NOW) is None


def open_versions(city: Database) -> dict[int, int]:
    with city.transaction() as tx:
        rows = tx.rows("SELECT case_id, version FROM city_case WHERE NOT state = ANY (%(ends)s)", ends=list(ENDS))
    return {row["case_id"]: row["version"] for row in rows}


def check_separation(events: list[dict[str, object]]) -> None:
    """Nobody did what excludes something else that they did."""
    duties = defaultdict(set)
    for event in events:
        duties[event["actor"]].add(TRANSITIONS[Act(str(event["act"]))].duty)
    assert not any(set(pair) <= held for held in duties.values() for pair in SEPARATED)
