"""Each service and each job shows life in the database; what is late is an alert, whoever is left to say so."""

from datetime import timedelta

import pytest

from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from alerts.watch.late_services import judge_services
from cityops.catalogue import Catalogue
from cityops.operations.heartbeats import Beat, find_late
from cityops.storage import Database, Transaction, load_queries
from cityops.storage.operations.heartbeats import beat, forget_gone, heartbeats, note_stop
from tests.alert_samples import NOW, detector, report

SQL = load_queries("alerts")
WELL = [Beat("ingest/north"), Beat("watch"), Beat("watch/days", due=90)]


def ages(tx: Transaction) -> dict[str, float]:
    return {one.service: round(one.age) for one in heartbeats(tx)}


def late(database: Database) -> list[str]:
    with database.transaction() as tx:
        return [one.service for one in find_late(heartbeats(tx))]


def test_the_age_is_by_the_clock_of_the_database_and_the_clock_of_the_service_is_compared(database: Database) -> None:
    with database.transaction() as tx:
        ahead = tx.value("SELECT clock_timestamp()") + timedelta(hours=1)
        beat(tx, [Beat("watch", facts={"queue": 3}), Beat("watch/days", due=90, ago=50)], ahead)
        watch, days = heartbeats(tx)
    assert watch.age == pytest.approx(0, abs=2)
    assert watch.clock_ahead == pytest.approx(3600, abs=2)
    assert watch.facts == {"queue": 3}
    assert days.due == 90
    assert days.age == pytest.approx(50, abs=2)


def test_of_two_programs_that_share_a_job_the_one_that_did_it_last_counts(database: Database) -> None:
    with database.transaction() as tx:
        beat(tx, [Beat("watch/days", ago=5)], NOW)
        beat(tx, [Beat("watch/days", ago=300)], NOW)
        assert ages(tx) == {"watch/days": 5}


def test_a_clock_of_the_database_that_was_set_back_keeps_nobody_from_showing_life(database: Database) -> None:
    with database.transaction() as tx:
        beat(tx, WELL, NOW)
        tx.execute("UPDATE heartbeat SET stored_at = stored_at + interval '1 hour'")
    assert late(database) == ["ingest/north", "watch"]
    with database.transaction() as tx:
        beat(tx, WELL, NOW)
    assert late(database) == []


def test_who_stops_in_order_says_so_and_its_jobs_with_it(database: Database) -> None:
    with database.transaction() as tx:
        beat(tx, [*WELL, Beat("watch/gone")], NOW)
        forget_gone(tx, "watch", WELL)
        note_stop(tx, "watch")
        assert [one.service for one in heartbeats(tx) if one.stopped] == ["watch", "watch/days"]
        beat(tx, WELL, NOW)
        assert [one.service for one in heartbeats(tx) if one.stopped] == []


def test_a_service_that_hangs_is_an_alert_until_it_shows_life_again(database: Database, catalogue: Catalogue) -> None:
    def judge(judge: str = "dashboard") -> list[tuple[str, str]]:
        assert judge_services(database, NOW, catalogue=catalogue, judge=judge)
        with database.transaction() as tx:
            events = "SELECT * FROM alert JOIN alert_event USING (alert_id) ORDER BY alert_event_id"
            rows = tx.rows(events)
        assert {row["rule_id"] for row in rows} <= {"service-late"}
        return [(row["action"], row["reason"]) for row in rows]

    with database.transaction() as tx:
        report(tx, detector(tx, "G-1"), NOW)
        rule_store.store_rules(tx, load_rules(catalogue), NOW)
        beat(tx, WELL, NOW)
    assert judge() == []
    with database.transaction() as tx:
        tx.execute("UPDATE heartbeat SET stored_at = stored_at - interval '1 minute' WHERE service = 'watch'")
    raised = [("raise", "watch: no sign of life since 60 s ago")]
    # The hung watch holds its own lock, and the dashboard judges all the same; twice is once.
    with database.transaction() as tx:
        assert tx.value(SQL["lead_job"], job="late services watch")
        assert not judge_services(database, NOW, catalogue=catalogue, judge="watch")
        assert judge() == raised
    assert judge("watch") == raised
    with database.transaction() as tx:
        beat(tx, WELL, NOW)
    assert judge() == [*raised, ("clear", "every service and job shows life again")]
