"""The timed jobs of topics, which `cityops watch` runs with its own: what rose, what alerts bring, whether it came."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from alerts.watch.jobs import Job
from citizens.store.forecasts import judge_marks, learn_forecasts, mark_alerts
from citizens.store.topics import count_since_plans, propose_topics
from citizens.topics.criteria import TopicCriteria, load_criteria
from cityops.settings import Settings
from cityops.storage import Database, load_queries

SQL = load_queries("citizens")
LOOK_EVERY = 3600.0  # seconds; within a day of the city the same is found again, and late reports are counted
LOOKING = 300.0  # seconds that it may take
MARK_EVERY = 10.0  # seconds


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the jobs of topics. Raises CriteriaError."""
    criteria = load_criteria(settings.topics_file)
    return [
        Job("topics", LOOK_EVERY, partial(look_for_topics, database, criteria=criteria, zone=settings.zone), LOOKING),
        Job("forecasts", MARK_EVERY, partial(tend_forecasts, database, criteria=criteria, zone=settings.zone)),
    ]


def look_for_topics(database: Database, now: datetime, *, criteria: TopicCriteria, zone: ZoneInfo) -> bool:
    """Propose what rose, count what is followed, learn what alerts bring. False: another program does it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_topics"]):
            return False
        propose_topics(tx, criteria=criteria, now=now, zone=zone)
        count_since_plans(tx, criteria=criteria, now=now, zone=zone)
        learn_forecasts(tx, criteria=criteria.forecast, now=now, zone=zone)
    return True


def tend_forecasts(database: Database, now: datetime, *, criteria: TopicCriteria, zone: ZoneInfo) -> bool:
    """Mark the alerts that are expected to bring complaints, and note what came. False: another program does it."""
    with database.transaction() as tx:
        if not tx.value(SQL["lead_forecasts"]):
            return False
        mark_alerts(tx, criteria=criteria.forecast, now=now, zone=zone)
        judge_marks(tx, criteria=criteria.forecast, now=now)
    return True
