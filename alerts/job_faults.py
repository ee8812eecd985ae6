"""A timed job that fails is an alert, so that the room sees it. By itself: it needs none of the jobs it speaks of."""

from datetime import datetime, timedelta

from alerts import rule_store, store
from alerts.conditions import JobFault
from alerts.detect import Change
from alerts.lifecycle import Event
from alerts.rules import Rule
from cityops.catalogue import Catalogue
from cityops.storage import Database, Transaction, load_queries
from cityops.storage.job_failures import job_failures

SQL = load_queries("alerts")


def judge_jobs(database: Database, now: datetime, *, catalogue: Catalogue) -> bool:
    """Raise and clear the alerts of the rules with condition `job-fault`. False: another watch is doing it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_job"], job="job faults"):
            return False
        stored = rule_store.stored_rules(tx)
        about_jobs = {one.rule_id for one in stored if _is_about_jobs(one.definition)}
        in_force = {one.rule_id for one in stored if one.enabled}
        for rule in rule_store.readable(stored, catalogue, only=about_jobs):
            if isinstance(rule.when, JobFault):
                _judge(tx, rule, rule.when, in_force=rule.id in in_force, now=now)
    return True


def _is_about_jobs(definition: object) -> bool:
    """Whether a stored rule has our condition. One that people broke by hand has none."""
    when = definition.get("when") if isinstance(definition, dict) else None
    return isinstance(when, dict) and when.get("type") == "job-fault"


def _judge(tx: Transaction, rule: Rule, when: JobFault, *, in_force: bool, now: datetime) -> None:
    longest = timedelta(seconds=when.seconds)
    failing = [one for one in job_failures(tx) if in_force and now - one.failing_since >= longest]
    hangs_on = [row["series_id"] for row in tx.rows(SQL["series_alerting"], rule_id=rule.id)]
    if failing:
        reason = "; ".join(f"{one.job}: {one.reason}" for one in failing)
        series = hangs_on[0] if hangs_on else tx.value(SQL["any_series"], kind=rule.kind)
        if series is not None:  # a city without a device has no alerts
            seconds = (now - failing[0].failing_since).total_seconds()
            _change(tx, Change(rule, series, Event.RAISE, now, seconds, reason, limit=when.limit), now)
    else:
        for series in hangs_on:
            _change(tx, Change(rule, series, Event.CLEAR, now, 0.0, "the jobs do their work again"), now)


def _change(tx: Transaction, change: Change, now: datetime) -> None:
    alert = store.open_states(tx, [change.series_id]).get((change.rule.id, change.series_id))
    if change.event is Event.RAISE or (alert is not None and alert.active):
        store.apply_change(tx, change, alert, now)
