"""A timed job that fails is an alert, so that the room sees it. By itself: it needs none of the jobs it speaks of."""

from datetime import datetime, timedelta

from alerts.conditions import JobFault
from alerts.watch.product_faults import clear_alert, raise_alert, rules_about
from cityops.catalogue import Catalogue
from cityops.storage import Database, load_queries
from cityops.storage.operations.job_failures import job_failures

SQL = load_queries("alerts")


def judge_jobs(database: Database, now: datetime, *, catalogue: Catalogue) -> bool:
    """Raise and clear the alerts of the rules with condition `job-fault`. False: another watch is doing it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_job"], job="job faults"):
            return False
        failures = job_failures(tx)
        for rule, in_force in rules_about(tx, "job-fault", catalogue):
            longest = timedelta(seconds=rule.when.seconds if isinstance(rule.when, JobFault) else 0)
            failing = [one for one in failures if in_force and now - one.failing_since >= longest]
            if failing:
                reason = "; ".join(f"{one.job}: {one.reason}" for one in failing)
                seconds = (now - failing[0].failing_since).total_seconds()
                raise_alert(tx, rule, reason, now, seconds=seconds)
            else:
                clear_alert(tx, rule, "the jobs do their work again", now)
    return True
