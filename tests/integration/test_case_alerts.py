"""Alerts and cases: one open case, evidence that cannot be told otherwise, neither ends the other, rules that file."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest

from alerts.board import actions, store
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.detection.alert_change import AlertChange
from alerts.errors import AlertUnknown
from alerts.lifecycle import Event
from alerts.rules.rule_files import load_rules
from cases.catalogue.catalogue_files import demo_catalogue
from cases.errors import ActRefused
from cases.life.details import Closing
from cases.life.posts import CaseActor, Post
from cases.life.states import CaseState
from cases.life.transitions import Act
from cases.store import acting, merging
from cases.store.alert_links import follow_alert, link_alert, rules_without_category
from cases.store.case_store import case_events, case_row, find_case
from cases.store.catalogue.catalogue_versions import store_catalogue
from cases.store.proposals import closing_of, dispatching_of, filing_of
from cases.watch import tend_cases
from cityops.catalogue import load_catalogue
from cityops.storage import Database, Transaction
from cityops.storage.errors import AlreadyStored
from tests.alert_samples import NOW, detector, make_rule, open_alert
from tests.case_samples import do, report_case, start_city, walk
from tests.unit.cases import people
from tests.unit.cases.calendars import SHANGHAI

RULE = make_rule(2)
FILING_RULE = make_rule(1, case="event/05-02")
GAS = CaseActor("qi", Post.HEAD, "gas-company")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def city(database: Database) -> Database:
    start_city(database)
    with database.transaction() as tx:
        store_catalogue(tx, demo_catalogue(), actor="test", now=NOW)
    return database


@dataclass(frozen=True, slots=True)
class Ground:
    """A detector and its alert."""

    series: int
    alert: Alert


@pytest.fixture
def ground(city: Database) -> Ground:
    with city.transaction() as tx:
        series = detector(tx, "G-1")
        return Ground(series, open_alert(tx, RULE, series))


def follow(city: Database, alert_id: int) -> tuple[int, bool]:
    with city.transaction() as tx:
        found = follow_alert(tx, alert_id, actor=people.ACCEPTOR, now=NOW, zone=SHANGHAI)
    return found.case_id, found.is_new


def acknowledge(tx: Transaction, alert: Alert) -> None:
    """Somebody has it."""
    seen = store.find_alert(tx, alert.alert_id)
    actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=seen.version)


def clear(tx: Transaction, alert: Alert) -> Alert:
    """The condition is over."""
    seen = store.find_alert(tx, alert.alert_id)
    return store.apply_change(
        tx, AlertChange(RULE, alert.series_id, Event.CLEAR, LATER, 1.0, "", limit=15.0), seen, LATER
    )


def rise(tx: Transaction, alert: Alert) -> Alert:
    """It holds again."""
    seen = store.find_alert(tx, alert.alert_id)
    return store.apply_change(
        tx, AlertChange(RULE, alert.series_id, Event.RAISE, LATER, 30.0, "", limit=20.0), seen, LATER
    )


def acts(tx: Transaction, case_id: int) -> list[str]:
    return [event["act"] for event in case_events(tx, case_id)]


def test_a_case_from_an_alert_has_its_place_and_its_evidence(city: Database, ground: Ground) -> None:
    case_id, is_new = follow(city, ground.alert.alert_id)

    assert is_new
    with city.transaction() as tx:
        row, case = case_row(tx, case_id), find_case(tx, case_id)
        (evidence,) = case.alerts
        link = tx.value("SELECT encode(hash, 'hex') FROM audit_link WHERE source = 'alert_event'")
        assert (row["source"], row["area_code"], row["longitude"]) == ("alert", "990101", 121.0)
        assert row["description"] == "燃气泄漏：G-1"
        assert evidence.hash == link
        assert link in case_events(tx, case_id)[0]["data"]


def test_the_same_alert_twice_gives_the_same_case(city: Database, ground: Ground) -> None:
    first, _ = follow(city, ground.alert.alert_id)

    assert follow(city, ground.alert.alert_id) == (first, False)
    with ThreadPoolExecutor(4) as pool, city.transaction() as tx:
        other = open_alert(tx, RULE, detector(tx, "G-2"))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: follow(city, other.alert_id), range(8)))
    assert len({case_id for case_id, _ in answers}) == 1
    assert [is_new for _, is_new in answers].count(True) == 1
    with pytest.raises(AlertUnknown):
        follow(city, 999)


def test_an_alert_has_one_open_case(city: Database, ground: Ground) -> None:
    case_id, _ = follow(city, ground.alert.alert_id)
    with pytest.raises(AlreadyStored), city.transaction() as tx:
        report_case(tx, alert_id=ground.alert.alert_id)
    with city.transaction() as tx:
        other = report_case(tx)
    with pytest.raises(ActRefused, match="open case"), city.transaction() as tx:
        link_alert(tx, other, ground.alert.alert_id, version=1, actor=people.CHIEF, now=NOW)
    with city.transaction() as tx:
        do(tx, case_id, Act.REFUSE, people.CHIEF)

    assert follow(city, ground.alert.alert_id)[1]


def test_neither_ends_the_other(city: Database, ground: Ground) -> None:
    case_id, _ = follow(city, ground.alert.alert_id)
    with city.transaction() as tx:
        acknowledge(tx, ground.alert)
        assert clear(tx, ground.alert).closed_at is not None
    with city.transaction() as tx:
        assert find_case(tx, case_id).state is CaseState.REPORTED
        second = open_alert(tx, RULE, ground.series, at=LATER)
        do(tx, case_id, Act.REFUSE, people.CHIEF)
        assert store.find_alert(tx, second.alert_id).closed_at is None


def test_what_is_raised_again_at_the_place_is_linked_while_the_case_is_open(city: Database, ground: Ground) -> None:
    case_id, _ = follow(city, ground.alert.alert_id)
    assert tend_cases(city, NOW, zone=SHANGHAI)
    with city.transaction() as tx:
        assert acts(tx, case_id) == ["report"]
        clear(tx, ground.alert)
        rise(tx, ground.alert)  # nobody had acknowledged it: the same alert
    for _ in range(2):
        assert tend_cases(city, LATER, zone=SHANGHAI)
    with city.transaction() as tx:
        assert acts(tx, case_id) == ["report", "link_alert"]
        acknowledge(tx, ground.alert)
        clear(tx, ground.alert)
        second = open_alert(tx, RULE, ground.series, at=LATER)
        elsewhere = open_alert(tx, RULE, detector(tx, "G-2"), at=LATER)
    for _ in range(2):
        assert tend_cases(city, LATER, zone=SHANGHAI)

    with city.transaction() as tx:
        assert acts(tx, case_id) == ["report", "link_alert", "link_alert"]
        assert [alert.alert_id for alert in find_case(tx, case_id).alerts] == [ground.alert.alert_id, second.alert_id]
        assert acting.replay_case(tx, case_id) == find_case(tx, case_id)
    assert follow(city, second.alert_id) == (case_id, False)
    assert follow(city, elsewhere.alert_id)[1]


def test_who_files_what_was_raised_again_gets_the_case_of_the_place(city: Database, ground: Ground) -> None:
    case_id, _ = follow(city, ground.alert.alert_id)
    with city.transaction() as tx:
        acknowledge(tx, ground.alert)
        clear(tx, ground.alert)
        second = open_alert(tx, RULE, ground.series, at=LATER)

    assert follow(city, second.alert_id) == (case_id, False)
    with city.transaction() as tx:
        assert acts(tx, case_id) == ["report", "link_alert"]


def test_merged_cases_hand_over_their_alerts(city: Database, ground: Ground) -> None:
    child, _ = follow(city, ground.alert.alert_id)
    with city.transaction() as tx:
        master = report_case(tx)
        merging.merge(tx, child, master, version=1, actor=people.ACCEPTOR, now=NOW)
    assert follow(city, ground.alert.alert_id) == (master, False)
    with city.transaction() as tx:
        merging.unmerge(tx, child, version=2, actor=people.CHIEF, now=NOW, reason="another leak")
        assert find_case(tx, master).alerts == ()
        assert acting.replay_case(tx, master) == find_case(tx, master)
    assert follow(city, ground.alert.alert_id) == (child, False)


def test_closing_while_the_condition_holds_needs_a_reason_and_is_told(city: Database, ground: Ground) -> None:
    with city.transaction() as tx:
        case_id = report_case(tx, alert_id=ground.alert.alert_id)
        do(tx, case_id, Act.FILE, people.CHIEF, filing_of(tx, "event/05-02.1", area="990101"))
        sent = dispatching_of(tx, find_case(tx, case_id), now=NOW, lead="gas-company")
        do(tx, case_id, Act.DISPATCH, people.DISPATCHER, sent)
        do(tx, case_id, Act.ACCEPT, GAS)
        do(tx, case_id, Act.HANDLE, GAS)
        do(tx, case_id, Act.ASK_CHECK, people.ACCEPTOR)
        do(tx, case_id, Act.PASS, people.CHECKER)
        case = find_case(tx, case_id)
        said = closing_of(tx, case_id, case)
        assert said == Closing(stages_met=1, still_holds=True)
        for wrong, reason in ((said, ""), (Closing(stages_met=1), "done")):
            with pytest.raises(ActRefused):
                acting.perform(
                    tx,
                    case_id,
                    Act.CLOSE,
                    version=case.version,
                    actor=people.CLOSER,
                    now=NOW,
                    reason=reason,
                    details=wrong,
                )
        do(tx, case_id, Act.CLOSE, people.CLOSER, said)

        assert '"still_holds":true' in case_events(tx, case_id)[-1]["data"]
        assert store.find_alert(tx, ground.alert.alert_id).active


# ---- rules that file


def test_a_rule_files_a_case_once(city: Database) -> None:
    with city.transaction() as tx:
        alert = open_alert(tx, FILING_RULE, detector(tx, "G-1"))
    for _ in range(2):
        assert tend_cases(city, NOW, zone=SHANGHAI)

    with city.transaction() as tx:
        (row,) = tx.rows("SELECT case_id FROM city_case")
        case = find_case(tx, row["case_id"])
        events = case_events(tx, row["case_id"])
        assert (case.state, case.category, case.standard) == (CaseState.FILED, "event/05-02", "event/05-02.1")
        assert [(event["act"], event["actor"], event["post"]) for event in events] == [
            ("report", "gas-1", "program"),
            ("file", "gas-1", "program"),
        ]
        do(tx, row["case_id"], Act.ASK_CANCEL, people.ACCEPTOR)
        do(tx, row["case_id"], Act.CANCEL, people.CHIEF)
    assert tend_cases(city, LATER, zone=SHANGHAI)
    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM city_case") == 1  # what people refused stays refused
        assert store.find_alert(tx, alert.alert_id).closed_at is None


def test_a_rule_files_nothing_that_is_suppressed_or_over(city: Database, ground: Ground) -> None:
    with city.transaction() as tx:
        acknowledge(tx, ground.alert)
        clear(tx, ground.alert)
        alert = open_alert(tx, FILING_RULE, detector(tx, "G-2"))
        tx.execute("UPDATE alert SET suppression = 'by_design' WHERE alert_id = %(id)s", id=alert.alert_id)
    assert tend_cases(city, NOW, zone=SHANGHAI)

    with city.transaction() as tx:
        assert tx.value("SELECT count(*) FROM city_case") == 0


def test_a_category_that_is_not_there_is_left_to_people(city: Database, caplog: pytest.LogCaptureFixture) -> None:
    with city.transaction() as tx:
        open_alert(tx, make_rule(3, case="event/99-99"), detector(tx, "G-1"))
        assert [row["category"] for row in rules_without_category(tx)] == ["event/99-99"]
    assert tend_cases(city, NOW, zone=SHANGHAI)

    with city.transaction() as tx:
        assert tx.value("SELECT state FROM city_case") == "reported"
    assert "event/99-99" in caplog.text


def test_the_shipped_rules_file_as_categories_of_the_shipped_catalogue(city: Database) -> None:
    filed = {rule.case for rule in load_rules(load_catalogue(chosen=["all"])) if rule.case}
    assert len(filed) >= 5
    assert filed <= demo_catalogue().categories.keys()


def test_a_case_that_follows_nothing_is_closed_as_before(city: Database) -> None:
    with city.transaction() as tx:
        tx.execute("TRUNCATE case_catalogue CASCADE")
        assert find_case(tx, walk(tx, people.PATHS[CaseState.CLOSED])).state is CaseState.CLOSED
