"""Topics in the database: what counts, what is proposed once, what a supervisor decides, who sees it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from cases.store.case_store import find_case
from cases.store.merging import merge
from citizens.store.topics import count_since_plans, decide_topic, find_topic, list_topics, read_behind, read_incidents
from citizens.topic_jobs import look_for_topics
from citizens.topics.errors import TopicChanged, TopicRefused, TopicUnknown
from citizens.topics.evidence import read_evidence
from citizens.topics.life import TopicAct, TopicDecision
from citizens.topics.sightings import Told
from cityops.clock import utc_now
from cityops.scope import Scope
from cityops.storage import Database, Transaction
from cityops.storage.errors import StorageError
from tests.alert_samples import detector, make_rule, open_alert
from tests.programs import wait_for
from tests.topic_samples import (
    CRITERIA,
    FLOOD,
    OTHER_STREET,
    STREET,
    begin_case,
    let_it_rise,
    propose,
    send,
    start_town,
)
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI
from tests.unit.citizens.towns import DAY

NOW = utc_now()
ADOPT = TopicDecision(TopicAct.ADOPT, plan="清淤并加装水泵", lead="drainage", begins_on=f"{NOW - 10 * DAY:%Y-%m-%d}")


@pytest.fixture
def town(database: Database) -> Database:
    start_town(database)
    return database


def decide(tx: Transaction, topic_id: int, said: TopicDecision, *, version: int = 1) -> None:
    decide_topic(tx, topic_id, said, version=version, actor="zhou", now=NOW, origin="test")


def audit(tx: Transaction) -> list[str]:
    rows = tx.rows("SELECT action FROM audit_log WHERE action LIKE 'topic.%%' ORDER BY audit_id")
    return [row["action"] for row in rows]


def test_a_rise_is_proposed_once_with_its_evidence(town: Database) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        (topic_id,) = propose(tx, NOW)
        row = find_topic(tx, topic_id)
        evidence = read_evidence(row["evidence"])
        assert (row["category"], row["area_code"], row["state"]) == (FLOOD, STREET, "proposed")
        assert (evidence.after, evidence.before, evidence.after_days, evidence.before_days) == (14, 2, 30, 30)
        assert evidence.chance == pytest.approx(137 / 65536)  # 120 + 16 + 1 of 2¹⁶
        assert len(evidence.reports) == 14
        assert propose(tx, NOW) == []
        assert propose(tx, NOW + DAY) == []
        assert audit(tx) == ["topic.propose"]


def test_the_job_proposes_and_one_program_at_a_time_does(town: Database) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)

    def look(_: int) -> bool:
        return look_for_topics(town, NOW, criteria=CRITERIA, zone=SHANGHAI)

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(look, range(4)))
    with town.transaction() as tx:
        assert len(list_topics(tx)) == 1


def test_what_one_case_has_taken_in_counts_once_and_questions_do_not(town: Database) -> None:
    """A burst of callers, the case they belong to, the case merged into it and its alert are one incident."""
    with town.transaction() as tx:
        master, child = begin_case(tx, NOW - 3 * DAY), begin_case(tx, NOW - 2 * DAY)
        merge(tx, child, master, version=1, actor=people.ACCEPTOR, now=NOW)
        for number in range(12):
            send(tx, NOW - 3 * DAY + number * timedelta(minutes=1), case_id=child if number % 2 else master, area="99")
        send(tx, NOW - DAY, kind="consult")
        send(tx, NOW - DAY, outcome="refused")
        alert = open_alert(tx, make_rule(2, case=FLOOD), detector(tx, "G-1", area=OTHER_STREET), at=NOW - DAY)
        found = read_incidents(tx, NOW - 30 * DAY, NOW, CRITERIA)
        assert [{one.told for one in incident.sightings} for incident in found] == [
            {Told.REPORT, Told.CASE},
            {Told.ALERT},
        ]
        assert {one.area for one in found[0].sightings} == {STREET}  # where the case is, not where a caller said
        assert found[1].first.number == alert.alert_id
        assert find_case(tx, child).master == master


def test_a_topic_is_adopted_with_a_plan_and_held_against_what_was_before(town: Database) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        (topic_id,) = propose(tx, NOW)
        decide(tx, topic_id, ADOPT)
        count_since_plans(tx, criteria=CRITERIA, now=NOW, zone=SHANGHAI)
        row = find_topic(tx, topic_id)
        assert (row["state"], row["version"], row["lead_department"]) == ("adopted", 2, "drainage")
        begins = row["begins_on"]
        midnight = NOW.astimezone(SHANGHAI).date()
        assert row["since_days"] == (midnight - begins).days
        assert row["since_count"] == 0  # the last one came twelve days ago
        decide(tx, topic_id, TopicDecision(TopicAct.END, reason="水泵已装好"), version=2)
        assert audit(tx) == ["topic.propose", "topic.adopt", "topic.end"]
        told = tx.value("SELECT detail FROM audit_log WHERE action = 'topic.adopt'")
        assert (told if isinstance(told, dict) else json.loads(told))["plan"] == "清淤并加装水泵"
        assert propose(tx, NOW + 20 * DAY) == []  # it rests
        assert propose(tx, NOW + DAY) == []


@pytest.mark.parametrize(
    "said",
    [
        TopicDecision(TopicAct.ADOPT, plan="x", lead="drainage"),
        TopicDecision(TopicAct.ADOPT, plan="x", begins_on="2026-11-01"),
        TopicDecision(TopicAct.ADOPT, plan="x", lead="drainage", begins_on="soon"),
        TopicDecision(TopicAct.DECLINE),
        TopicDecision(TopicAct.END, reason="done"),
        TopicDecision(TopicAct.REVISE, plan="x", lead="drainage", begins_on="2026-11-01"),
        TopicDecision(TopicAct.DECLINE, reason="x" * 2001),
    ],
)
def test_what_is_missing_or_cannot_follow_is_refused_and_changes_nothing(town: Database, said: TopicDecision) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        (topic_id,) = propose(tx, NOW)
        before = find_topic(tx, topic_id)
        with pytest.raises(TopicRefused):
            decide(tx, topic_id, said)
        assert find_topic(tx, topic_id) == before


def test_who_comes_second_is_told_so(town: Database) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        (topic_id,) = propose(tx, NOW)
        decide(tx, topic_id, TopicDecision(TopicAct.DECLINE, reason="雨季正常"))
        with pytest.raises(TopicChanged):
            decide(tx, topic_id, ADOPT)
        assert find_topic(tx, topic_id)["state"] == "declined"
        with pytest.raises(TopicUnknown):
            decide(tx, 99, ADOPT)


def test_of_two_at_once_one_wins(town: Database) -> None:
    """The second has seen the topic as the first did, and waits for it to be stored."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        (topic_id,) = propose(tx, NOW)

    def decline() -> None:
        with town.transaction() as tx:
            decide(tx, topic_id, TopicDecision(TopicAct.DECLINE, reason="不采纳"))

    def is_waiting() -> bool:
        with town.transaction() as look:
            return bool(look.value(waiting))

    with ThreadPoolExecutor(1) as pool:
        with town.transaction() as tx:
            decide(tx, topic_id, ADOPT)
            second = pool.submit(decline)
            wait_for(is_waiting, "the second to wait")
        with pytest.raises(TopicChanged):
            second.result()
    with town.transaction() as tx:
        assert (find_topic(tx, topic_id)["state"], find_topic(tx, topic_id)["version"]) == ("adopted", 2)
        assert audit(tx) == ["topic.propose", "topic.adopt"]


def test_an_account_sees_and_changes_the_topics_of_its_areas(town: Database) -> None:
    with town.transaction() as tx:
        let_it_rise(tx, NOW)
        case_id = begin_case(tx, NOW - DAY, area=OTHER_STREET)
        (topic_id,) = propose(tx, NOW)
    for areas, count in ((("990101",), 1), ((STREET,), 1), (("990102",), 0)):
        with town.within(Scope(areas=areas)).transaction() as tx:
            assert len(list_topics(tx)) == count
            assert read_behind(tx, cases=(case_id,), alerts=(), reports=())["cases"] == [] or areas == ("990102",)
    with pytest.raises(TopicUnknown), town.within(Scope(areas=("990102",))).transaction() as tx:
        decide(tx, topic_id, ADOPT)
    with pytest.raises(StorageError), town.within(Scope(areas=("990101",))).transaction() as tx:
        tx.execute("UPDATE topic SET area_code = '990102'")
    with town.within(Scope(areas=(STREET,))).transaction() as tx:
        decide(tx, topic_id, ADOPT)
