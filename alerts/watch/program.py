"""Runs the timed jobs until told to stop. One that fails is tried again and reported; the others go on."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from alerts.evaluation.engine import Engine
from alerts.evaluation.timed import TimedEvaluator
from alerts.notify.channels import Channels
from alerts.notify.contacts import Policy, load_policy
from alerts.notify.outbox import SLOTS, send_one
from alerts.rules.rule_files import load_rules
from alerts.watch import storage_jobs
from alerts.watch.alert_maintenance import tend_alerts
from alerts.watch.channel_faults import judge_channels
from alerts.watch.job_faults import judge_jobs
from alerts.watch.jobs import Job, JobHealth, jobs_of_rooms, run_jobs
from alerts.watch.late_services import judge_services
from cityops.catalogue import read_catalogue
from cityops.clock import utc_now
from cityops.operations import logs, signals
from cityops.operations.heartbeats import EVERY, WATCH
from cityops.operations.machine import look_at_machine
from cityops.settings import Settings, read_settings
from cityops.standards.tables import load_standards
from cityops.storage import Database, DatabaseUnavailable, SchemaMissing
from cityops.storage.migrate import pending
from cityops.storage.readings.rollups import ages_of, explain_zone

logger = logging.getLogger(__name__)

JUDGE_EVERY = 1.0  # seconds
TEND_EVERY = 2.0
SEND_EVERY = 1.0
OTHER_JOBS = 16  # beside those that send: each keeps one connection
# Seconds that a round may take before it counts as hung: what people wait for, what a slow channel takes, work on
# many readings after an outage, and on all of them.
QUICK, SENDING, LONG, LONGEST = 10.0, 180.0, 900.0, 6 * 3600.0
LOCK_TIMEOUT = 2.0  # seconds: a job that waits for a lock longer gives way and is tried again
FEWEST_SENDERS, MOST_SENDERS = 3, 25
SENDING_FOR = 60.0  # seconds of one round: then its sender shows life


def run() -> None:
    """Do each job every so often until SIGTERM or Ctrl-C. Raises SchemaMissing when there is nothing to work on."""
    logs.log_to_stdout()
    stopping = signals.stop_event()
    settings = read_settings()
    policy = load_policy(settings.notify_file)
    url = settings.require_database_url()
    database = Database(url, application="watch", keep=OTHER_JOBS + senders_for(policy), lock_timeout=LOCK_TIMEOUT)
    _require_schema(database, settings)
    health = JobHealth()
    run_jobs(jobs_of(database, settings, policy, health), stopping, health)
    storage_jobs.say_goodbye(database)
    database.close()


def jobs_of(database: Database, settings: Settings, policy: Policy, health: JobHealth) -> list[Job]:
    """Return every job of watch. `health` is what the heartbeat tells of them."""
    channels, ages = Channels(policy), ages_of(settings)
    clockwork = _clockwork(settings)
    send = partial(_send_all, database, channels)
    catalogue = read_catalogue(settings)
    compress_again = partial(storage_jobs.compress_readings, database, ages=ages, again=True)

    def show_life(now: datetime) -> bool:
        facts = look_at_machine(settings)
        return storage_jobs.show_life(database, health.beats(WATCH), health.outcomes(), now, facts=facts)

    return [
        Job("heartbeat", EVERY, show_life, QUICK),
        Job("job-faults", EVERY, partial(judge_jobs, database, catalogue=catalogue), QUICK),
        Job("services", EVERY, partial(judge_services, database, catalogue=catalogue, judge=WATCH), QUICK),
        Job("channels", EVERY, partial(judge_channels, database, catalogue=catalogue), QUICK),
        Job("days", storage_jobs.ROUND, partial(storage_jobs.make_days, database)),
        Job("sessions", storage_jobs.ROUND, partial(storage_jobs.forget_sessions, database)),
        Job("rollups", storage_jobs.ROUND, partial(storage_jobs.roll_up, database), LONG),
        Job("retention", storage_jobs.ROUND, partial(storage_jobs.forget_readings, database, ages=ages), LONG),
        Job("letters", storage_jobs.ROUND, _forget_letters(database, settings), LONG),
        *_gate_jobs(database, settings),
        Job("compression", storage_jobs.ROUND, partial(storage_jobs.compress_readings, database, ages=ages), LONGEST),
        Job("recompression", storage_jobs.COMPRESS_AGAIN, compress_again, LONGEST),
        Job("conditions", JUDGE_EVERY, partial(clockwork.do_round, database), QUICK),
        Job("alerts", TEND_EVERY, partial(tend_alerts, database, policy=policy, zone=settings.zone), QUICK),
        *(Job(f"send-{number}", SEND_EVERY, send, SENDING) for number in range(senders_for(policy))),
        *jobs_of_rooms(database, settings),
    ]


def _forget_letters(database: Database, settings: Settings) -> Callable[[datetime], bool]:
    return partial(storage_jobs.forget_letters, database, age=settings.letters_age, most_bytes=settings.letters_bytes)


def _gate_jobs(database: Database, settings: Settings) -> list[Job]:
    if settings.blocked_file is None:
        return []
    return [Job("blocked", storage_jobs.TELL, partial(storage_jobs.tell_blocked, database, path=settings.blocked_file))]


def _require_schema(database: Database, settings: Settings) -> None:
    """A database that is away is waited for later; one without our tables is a mistake to be told at once."""
    with suppress(DatabaseUnavailable):
        if pending(database):
            raise SchemaMissing(SchemaMissing.__doc__)
        with database.transaction() as tx:
            wrong = explain_zone(tx, settings.zone)
        if wrong:
            logger.warning(wrong, extra={"action": "check"})


def _clockwork(settings: Settings) -> TimedEvaluator:
    catalogue = read_catalogue(settings)
    engine = Engine(load_rules(catalogue, settings.rules_file), catalogue, settings.zone)
    return TimedEvaluator(engine, load_standards(settings.standards_file), clock=time.monotonic)


def senders_for(policy: Policy) -> int:
    """Return how many senders there are: all channels may be slow at once, and none waits for another's receiver."""
    return min(max(FEWEST_SENDERS, SLOTS * len(policy.channel) + 1), MOST_SENDERS)


def _send_all(database: Database, channels: Channels, now: datetime) -> bool:
    until = time.monotonic() + SENDING_FOR
    while send_one(database, channels.send, now) and time.monotonic() < until:
        now = utc_now()
    return True
