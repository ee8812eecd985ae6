"""The timed jobs of cases, which `cityops watch` runs with its own: what is overdue, what goes on, what alerts begin.

They are found as an entry point `cityops.jobs`: alerts know no cases.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from alerts.watch.jobs import Job
from cases.demo import give_demo_posts
from cases.errors import ActRefused, CaseChanged, CaseTaken
from cases.evaluation.formula_files import load_formulas
from cases.life.posts import TIMER
from cases.life.transitions import Act
from cases.store.acting import perform
from cases.store.alert_links import file_by_rule, link_alert
from cases.store.case_list import note_waiting
from cases.store.catalogue.calendars import seed_calendar
from cases.store.catalogue.catalogue_import import seed_catalogue
from cases.store.evaluation.scores import find_run, flag_month, forget_runs, make_scores, month_bounds, months_before
from cityops.settings import Settings
from cityops.storage import Database, Transaction, load_queries

SQL = load_queries("cases")
EVERY = 5.0  # seconds
LOST = (ActRefused, CaseChanged, CaseTaken)  # somebody else was first
SCORES_EVERY = 60.0  # seconds between two looks whether a month is to be scored
SCORES_AGE = timedelta(days=1)  # so old are the scores of a month that is not closed, at most
RUNS_KEPT = timedelta(days=7)  # so long is a run kept that a later one took the place of
MOST_FLAGGED = 5000  # cases a round
SCORING = 600.0  # seconds that it may take
MOST = 200  # cases of one transaction: others wait for no more


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of cases."""
    return [
        Job("cases", EVERY, partial(tend_cases, database, zone=settings.zone, demo=settings.demo)),
        Job("case-scores", SCORES_EVERY, partial(score_months, database, zone=settings.zone), SCORING),
    ]


def tend_cases(database: Database, now: datetime, *, zone: ZoneInfo, demo: bool = False) -> bool:
    """Follow alerts, end suspensions whose time is over, note what became overdue. False: another program does it.

    A city without a working calendar or a catalogue gets the product's, and the accounts of a demo get their
    posts. Resuming comes first: what stands still is not overdue.
    """
    with database.transaction() as tx:
        if not tx.value(SQL["lead_cases"]):
            return False
        seed_calendar(tx, zone, actor=TIMER.name, now=now)
        seed_catalogue(tx, actor=TIMER.name, now=now)
        if demo:
            give_demo_posts(tx, actor=TIMER.name, now=now)
        _follow_alerts(tx, now, zone)
        note_waiting(tx, now, most=MOST)
        for query, act in (("cases_to_resume", Act.RESUME), ("cases_now_overdue", Act.OVERDUE)):
            for row in tx.rows(SQL[query], now=now, most=MOST):
                _act(tx, row["case_id"], row["version"], act, now)
    return True


def score_months(database: Database, now: datetime, *, zone: ZoneInfo) -> bool:
    """Score the present month and the one before once a day, until they are closed. False: another program does it.

    In between it flags what has changed, so that whoever counts again waits for little.
    """
    tables = load_formulas()
    present = f"{now.astimezone(zone):%Y-%m}"
    for month in (months_before(present, 1), present):
        with database.transaction() as tx:
            if not tx.value(SQL["lead_scores"]):
                return False
            run, end = find_run(tx, month), month_bounds(month, zone)[1]
            known = run is not None and (run["is_final"] or now - run["made_at"] < SCORES_AGE)
            if not tx.value(SQL["has_cases"], before=end):
                continue
            if not known:
                make_scores(tx, month, tables, actor=TIMER.name, now=now, zone=zone, origin="watch")
                forget_runs(tx, now - RUNS_KEPT)
            elif run is not None and not run["is_final"]:
                flag_month(tx, month, tables, now=now, zone=zone, most=MOST_FLAGGED)
    return True


def _follow_alerts(tx: Transaction, now: datetime, zone: ZoneInfo) -> None:
    """Link what was raised again to its open case, then file for the rules that say so."""
    for row in tx.rows(SQL["alerts_raised_again"], most=MOST):
        case_id, alert_id, version = row["case_id"], row["alert_id"], row["version"]
        with suppress(*LOST), tx.savepoint():
            link_alert(tx, case_id, alert_id, version=version, actor=TIMER, now=now, origin="watch")
    for row in tx.rows(SQL["alerts_to_file"], most=MOST):
        with suppress(*LOST), tx.savepoint():
            file_by_rule(tx, row, now=now, zone=zone)


def _act(tx: Transaction, case_id: int, version: int, act: Act, now: datetime) -> None:
    """Do what the clock says, unless somebody acted a moment ago: the next round looks again."""
    with suppress(*LOST), tx.savepoint():
        perform(tx, case_id, act, version=version, actor=TIMER, now=now, origin="watch")
