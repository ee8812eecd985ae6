"""Bad data stop one alert, one rule or one job: it is named, the others go on, and it recovers by itself."""

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import REGISTRY

from alerts.board import actions, alert_history
from alerts.board.actions import AlertAct
from alerts.board.alert import Alert
from alerts.detection.alert_change import AlertChange, DetectionResult
from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.lifecycle import Event
from alerts.notify.contacts import Policy
from alerts.notify.outbox import Receipt, send_one
from alerts.rules import store as rule_store
from alerts.rules.rule_files import load_rules
from alerts.watch import program
from alerts.watch.alert_maintenance import tend_alerts
from alerts.watch.job_faults import judge_jobs
from alerts.watch.jobs import JobHealth, run_jobs
from cityops.accounts.roles import Role
from cityops.accounts.users import add_user
from cityops.catalogue import Catalogue, load_catalogue
from cityops.operations.heartbeats import Beat
from cityops.settings import read_settings
from cityops.standards.tables import load_standards
from cityops.storage import Database, Transaction, load_queries
from cityops.storage.operations.heartbeats import beat, heartbeats
from cityops.storage.operations.job_failures import job_failures, note_outcomes
from cityops.storage.operations.job_parts import JobParts
from dashboard.live.services.troubles import read_services
from dashboard.web import health
from tests.alert_samples import NOW, detector, make_rule, open_alert, report
from tests.programs import wait_for

SHANGHAI = ZoneInfo("Asia/Shanghai")


def failing(database: Database) -> dict[str, str]:
    with database.transaction() as tx:
        return {failure.job: failure.reason for failure in job_failures(tx)}


def refuse(tx: Transaction, table: str, when: str = "true", action: str = "UPDATE") -> None:
    """Make a table refuse some rows, as a constraint does that a value breaks."""
    tx.execute(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE numeric_value_out_of_range USING MESSAGE = 'value out of range: underflow'; END $$"
    )
    row = "OLD" if action == "DELETE" else "NEW"
    tx.execute(
        f"CREATE TRIGGER refusing BEFORE {action} ON {table} FOR EACH ROW WHEN ({when.format(row=row)})"
        " EXECUTE FUNCTION refuse()"
    )


def heal(database: Database, table: str) -> None:
    with database.transaction() as tx:
        tx.execute(f"DROP TRIGGER refusing ON {table}")


# ---- one alert that cannot be changed


def shelve(tx: Transaction, alert: Alert) -> None:
    until = NOW + timedelta(minutes=10)
    actions.shelve(tx, alert.alert_id, AlertAct("duty", NOW), version=alert.version, reason="works", until=until)


def take(tx: Transaction, alert: Alert) -> None:
    actions.acknowledge(tx, alert.alert_id, AlertAct("duty", NOW), version=alert.version)


def leave(_tx: Transaction, _alert: Alert) -> None:
    """Nobody acts."""


@pytest.mark.parametrize(
    ("part", "before", "action"),
    [
        ("evidence", leave, "stale"),
        ("shelves", shelve, Event.UNSHELVE),
        ("leases", take, Event.LAPSE),
        ("escalation", leave, "escalate"),
    ],
)
def test_an_alert_that_cannot_be_changed_is_left_out_and_named(
    database: Database, part: str, before: object, action: str
) -> None:
    with database.transaction() as tx:
        opened = [open_alert(tx, make_rule(2), detector(tx, name)) for name in ("G-1", "G-2", "G-3")]
        for alert in opened:
            before(tx, alert)  # type: ignore[operator]
        refuse(tx, "alert", f"{{row}}.alert_id = {opened[1].alert_id}")
    later = NOW + timedelta(days=1)

    assert tend_alerts(database, later, policy=Policy(), zone=SHANGHAI)

    def changed() -> list[bool]:
        with database.transaction() as tx:
            return [action in alert_history.alert_events(tx, alert.alert_id)["action"].tolist() for alert in opened]

    assert changed() == [True, False, True]
    assert f"alert {opened[1].alert_id}: value out of range: underflow" in failing(database)[f"alerts/{part}"]

    heal(database, "alert")
    for round_ in range(3):  # an unshelved alert is stale and overdue only then
        tend_alerts(database, later + timedelta(seconds=2 + round_), policy=Policy(), zone=SHANGHAI)
    assert changed() == [True, True, True]
    assert failing(database) == {}


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("evidence", "alerts.watch.alert_maintenance.evidence.judge_evidence"),
        ("shelves", "alerts.watch.alert_maintenance.expiry.end_shelves"),
        ("leases", "alerts.watch.alert_maintenance.expiry.end_leases"),
        ("escalation", "alerts.watch.alert_maintenance.escalation.escalate_overdue"),
        ("incidents", "alerts.watch.alert_maintenance.incident_store.group_new_alerts"),
        ("outbox", "alerts.watch.alert_maintenance.outbox.write_messages"),
    ],
)
def test_a_step_that_fails_keeps_none_of_the_other_steps_from_being_done(
    database: Database, monkeypatch: pytest.MonkeyPatch, part: str, broken: str
) -> None:
    with database.transaction() as tx:
        alert = open_alert(tx, make_rule(2), detector(tx, "G-1"))

    def fail(tx: Transaction, *_: object, **__: object) -> None:
        tx.execute("SELECT 1 / 0")

    monkeypatch.setattr(broken, fail)
    assert tend_alerts(database, NOW + timedelta(hours=1), policy=Policy(), zone=SHANGHAI)

    with database.transaction() as tx:
        done = set(alert_history.alert_events(tx, alert.alert_id)["action"])
        grouped = tx.value("SELECT count(*) FROM incident")
    assert failing(database).keys() == {f"alerts/{part}"}
    assert done == {"raise", "stale", "escalate"} - {{"evidence": "stale", "escalation": "escalate"}.get(part)}
    assert grouped == (0 if part == "incidents" else 1)


def test_a_channel_that_breaks_on_a_message_and_a_receipt_that_is_no_text_keep_nobody_untold(
    database: Database,
) -> None:
    with database.transaction() as tx:
        alert = open_alert(tx, make_rule(2), detector(tx, "G-1"))
        for number in range(2):
            add_message(tx, alert, f"key-{number}")

    def send(_channel: str, title: str, *_: str) -> Receipt:
        if title == "key-0":
            raise ValueError("no such emoji")
        return Receipt(delivered=True, words="ok\0")

    while send_one(database, send, NOW):
        pass

    with database.transaction() as tx:
        rows = tx.rows("SELECT error, receipt, due_at FROM notification ORDER BY key")
    assert [(row["error"], row["receipt"]) for row in rows] == [("ValueError: no such emoji", None), (None, "ok")]
    assert rows[0]["due_at"] > NOW


def add_message(tx: Transaction, alert: Alert, key: str) -> None:
    tx.execute(
        "INSERT INTO notification (key, alert_id, channel, kind, level, severity, title, body, created_at, due_at)"
        " VALUES (%(key)s, %(alert)s, 'city', 'raised', 0, 2, %(key)s, '', %(now)s, %(now)s)",
        key=key,
        alert=alert.alert_id,
        now=NOW,
    )


# ---- one rule, one series


def clockwork(catalogue: Catalogue) -> TimedEvaluator:
    return TimedEvaluator(Engine(load_rules(catalogue), catalogue), load_standards())


def test_a_rule_whose_statement_fails_is_named_and_stays_on_and_the_other_rules_are_judged(
    database: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clockwork(catalogue)
    with database.transaction() as tx:
        report(tx, detector(tx, "G-1"), NOW)
    with monkeypatch.context() as broken:
        broken.setattr("alerts.evaluation.timed_queries.SQL", {**load_queries("alerts"), "unmoved": "SELECT 1 / 0"})
        assert clock.do_round(database, NOW) is not None

    stuck = {rule.id for rule in load_rules(catalogue) if type(rule.when).__name__ == "Flat"}
    assert failing(database).keys() == {f"conditions/{rule}" for rule in stuck}
    with database.transaction() as tx:
        stored = {rule.rule_id: rule.enabled for rule in rule_store.stored_rules(tx)}
    assert all(stored[rule] for rule in stuck)  # one bad value switches no rule off for the whole city

    assert clock.do_round(database, NOW + timedelta(minutes=2)) is not None
    assert failing(database) == {}


def test_a_series_whose_alert_is_refused_keeps_no_other_from_its_alert(
    database: Database, catalogue: Catalogue
) -> None:
    engine = Engine(load_rules(catalogue), catalogue)
    rule = make_rule(2)
    with database.transaction() as tx:
        rule_store.store_rules(tx, [rule], NOW)
        bad, good = detector(tx, "G-1"), detector(tx, "G-2")
        refuse(tx, "alert", f"{{row}}.series_id = {bad}", action="INSERT")
    with database.transaction() as tx:
        changes = [AlertChange(rule, series, Event.RAISE, NOW, 25.0, "test") for series in (bad, good)]
        engine.carry_out(tx, DetectionResult(changes), NOW)

    with database.transaction() as tx:
        assert [row["series_id"] for row in tx.rows("SELECT series_id FROM alert")] == [good]
    assert failing(database).keys() == {f"detection/series {bad}"}


def test_a_savepoint_within_another_is_undone_with_it(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("CREATE TEMPORARY TABLE kept (n integer)")
        parts = JobParts(tx, "job")
        with parts.run("outer"):
            tx.execute("INSERT INTO kept VALUES (1)")
            with parts.run("inner"):
                tx.execute("SELECT 1 / 0")
            tx.execute("SELECT 1 / 0")
        assert tx.value("SELECT count(*) FROM kept") == 0


# ---- one job


FAIL = "$$ BEGIN RAISE numeric_value_out_of_range USING MESSAGE = 'value out of range: underflow'; END $$"


def break_function(signature: str, *, returns: str = "void") -> Callable[[Transaction], None]:
    def breaking(tx: Transaction) -> None:
        tx.execute(f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE plpgsql AS {FAIL}")

    return breaking


def break_sessions(tx: Transaction) -> None:
    add_user(tx, "li", role=Role.OFFICER, password="Correct-horse-1", actor="test", now=NOW)
    tx.execute(
        "INSERT INTO login_session (token_hash, user_name, created_at, expires_at)"
        " VALUES ('x', 'li', %(now)s, %(now)s)",
        now=NOW,
    )
    refuse(tx, "login_session", action="DELETE")


def break_sending(tx: Transaction) -> None:
    add_message(tx, open_alert(tx, make_rule(2), detector(tx, "G-1")), "key")
    refuse(tx, "notification")


def break_job_faults(tx: Transaction) -> None:
    report(tx, detector(tx, "G-1"), NOW)
    tx.execute("INSERT INTO job_failure VALUES ('another', 'why', now() - interval '1 hour', now())")
    refuse(tx, "alert", "{row}.rule_id = 'job-fault'", action="INSERT")


BREAK: dict[str, Callable[[Transaction], None]] = {  # job -> what makes it fail
    "heartbeat": lambda tx: refuse(tx, "heartbeat", action="INSERT"),
    "job-faults": break_job_faults,
    "days": break_function("ensure_reading_days(days date[])"),
    "sessions": break_sessions,
    "rollups": break_function("freeze_rollups(until timestamptz)"),
    "retention": break_function(
        "keep_ages(now timestamptz, readings interval, minutes interval, hours interval, compress interval)",
        returns="boolean",
    ),
    "conditions": lambda tx: refuse(tx, "rule", "{row}.rule_id = 'gas-leak'", action="INSERT"),
    "send-0": break_sending,
}


@pytest.mark.parametrize("broken", BREAK)
def test_bad_data_that_kill_one_job_stop_none_of_the_others(
    database: Database, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    with database.transaction() as tx:
        tx.execute("INSERT INTO heartbeat (service, beat_at, stored_at) VALUES ('watch', '2026-01-01Z', '2026-01-01Z')")
        if broken == "job-faults":
            rule_store.store_rules(tx, load_rules(load_catalogue()), NOW)
        BREAK[broken](tx)
    with caplog.at_level(logging.INFO), watching(database) as jobs:
        others = {job.name for job in program.jobs_of(database, read_settings(), Policy(), jobs)} - {broken}
        others -= {f"send-{number}" for number in range(1, 9)}  # one of the senders has it
        wait_for(lambda: jobs.outcomes().get(broken), f"{broken} fails")
        wait_for(
            lambda: {name for name, reason in jobs.outcomes().items() if reason is None} >= others, "the others work"
        )
        if broken != "heartbeat":
            wait_for(lambda: broken in failing(database), "the heartbeat names it")
            assert "value out of range" in failing(database)[broken]

    said = [vars(one) for one in caplog.records if one.message.startswith("a job fails")]
    lines = [one["job"] for one in said].count(broken)
    # A sender has nothing to do, and so does its work again, whenever another one holds the message that breaks it.
    assert lines >= 1 if broken == "send-0" else lines == 1
    with database.transaction() as tx:
        (watch,) = (one for one in heartbeats(tx) if one.service == "watch")
    assert watch.is_late is (broken == "heartbeat")


@contextmanager
def watching(database: Database) -> Iterator[JobHealth]:
    """Run all jobs of watch, without pauses, while the block lasts."""
    health, stopping = JobHealth(), threading.Event()
    jobs = [
        dataclasses.replace(job, every=0.02) for job in program.jobs_of(database, read_settings(), Policy(), health)
    ]
    thread = threading.Thread(target=run_jobs, args=(jobs, stopping, health))
    thread.start()
    try:
        yield health
    finally:
        stopping.set()
        thread.join()


# ---- what the room sees of it


def test_a_job_that_goes_on_failing_is_an_alert_until_it_does_its_work_again(
    database: Database, catalogue: Catalogue
) -> None:
    def fail_until(now: datetime, reason: str | None) -> list[tuple[str, bool, str]]:
        with database.transaction() as tx:
            note_outcomes(tx, {"rollups": reason}, now)
        assert judge_jobs(database, now, catalogue=catalogue)
        with database.transaction() as tx:
            return [
                (row["rule_id"], row["active"], row["reason"])
                for row in tx.rows("SELECT rule_id, active, reason FROM alert JOIN alert_event USING (alert_id)")
            ]

    with database.transaction() as tx:
        report(tx, detector(tx, "G-1"), NOW)
        rule_store.store_rules(tx, load_rules(catalogue), NOW)
    assert fail_until(NOW, "value out of range: underflow") == []  # one round is no matter for people
    alert = [("job-fault", True, "rollups: value out of range: underflow")]
    assert fail_until(NOW + timedelta(seconds=10), "value out of range: underflow") == alert
    assert fail_until(NOW + timedelta(seconds=12), "value out of range: underflow") == alert
    over = fail_until(NOW + timedelta(seconds=20), None)
    assert [row[1:] for row in over] == [(False, alert[0][2]), (False, "the jobs do their work again")]


def test_an_alert_of_a_job_waits_for_no_reading(database: Database, catalogue: Catalogue) -> None:
    """It hangs on some sensor, but what it says is no question of that sensor's evidence."""
    with database.transaction() as tx:
        detector(tx, "G-1")
        rule_store.store_rules(tx, load_rules(catalogue), NOW)
        note_outcomes(tx, {"rollups": "why"}, NOW)
    assert judge_jobs(database, NOW + timedelta(hours=1), catalogue=catalogue)
    tend_alerts(database, NOW + timedelta(hours=2), policy=Policy(), zone=SHANGHAI)
    with database.transaction() as tx:
        assert tx.rows("SELECT rule_id, stale_since FROM alert") == [{"rule_id": "job-fault", "stale_since": None}]


def test_what_fails_stands_in_the_metrics_of_the_dashboard(database: Database) -> None:
    with database.transaction() as tx:
        note_outcomes(tx, {"rollups": "why", "days": None}, NOW)
        beat(tx, [Beat("watch", due=10, ago=15)], NOW)
        services = read_services(tx, NOW)

    health.observe_services(services, NOW + timedelta(seconds=5))

    assert REGISTRY.get_sample_value("cityops_job_failing", {"job": "rollups"}) == 1
    assert REGISTRY.get_sample_value("cityops_job_failing", {"job": "days"}) is None
    age = REGISTRY.get_sample_value("cityops_heartbeat_age_seconds", {"service": "watch"})
    assert age == pytest.approx(20, abs=2)
    assert REGISTRY.get_sample_value("cityops_heartbeat_due_seconds", {"service": "watch"}) == 10
    assert REGISTRY.get_sample_value("cityops_heartbeat_late", {"service": "watch"}) == 1
    assert REGISTRY.get_sample_value("cityops_heartbeat_late", {"service": "ingest"}) == 1  # none was ever started
