"""Runs the timed jobs until told to stop; a database that is away is waited for."""

from datetime import datetime
from functools import partial

from alerts import watch
from alerts.channels import Channels
from alerts.contacts import load_policy
from alerts.engine import Engine
from alerts.jobs import Job, run_jobs
from alerts.outbox import send_one
from alerts.rules import load_rules
from alerts.tending import tend_alerts
from alerts.timed import Clockwork
from cityops import logs, signals
from cityops.catalogue import load_catalogue
from cityops.clock import utc_now
from cityops.settings import Settings, read_settings
from cityops.standards.tables import load_standards
from cityops.storage import Database
from cityops.storage.rollups import ages_of

JUDGE_EVERY = 1.0  # seconds
TEND_EVERY = 2.0
SEND_EVERY = 1.0
SENDERS = 3  # so that a channel that takes long to fail keeps few messages waiting


def run() -> None:
    """Do each job every so often until SIGTERM or Ctrl-C."""
    logs.log_to_stdout()
    stopping = signals.stop_event()
    settings = read_settings()
    policy = load_policy(settings.notify_file)
    channels = Channels(policy)
    database = Database(settings.require_database_url(), application="watch")
    clockwork = _clockwork(settings)
    send = partial(_send_all, database, channels)
    run_jobs(
        [
            Job("store", watch.ROUND, partial(watch.do_round, database, ages=ages_of(settings))),
            Job("conditions", JUDGE_EVERY, partial(clockwork.do_round, database)),
            Job("alerts", TEND_EVERY, partial(tend_alerts, database, policy=policy, zone=settings.zone)),
            *(Job(f"send-{number}", SEND_EVERY, send) for number in range(SENDERS)),
        ],
        stopping,
    )
    database.close()


def _clockwork(settings: Settings) -> Clockwork:
    catalogue = load_catalogue(settings.catalogue_file)
    engine = Engine(load_rules(catalogue, settings.rules_file), catalogue, settings.zone)
    return Clockwork(engine, load_standards(settings.standards_file))


def _send_all(database: Database, channels: Channels, now: datetime) -> None:
    while send_one(database, channels.send, now):
        now = utc_now()
