"""Puts one ingest worker together and runs it until it is told to stop."""

import gc
from collections.abc import Sequence
from datetime import timedelta

import prometheus_client

from alerts.evaluation.engine import Engine
from alerts.rules.definitions import load_rules
from cityops.catalogue import read_catalogue
from cityops.clock import utc_now
from cityops.operations import logs, signals
from cityops.settings import Settings, read_settings
from cityops.storage import Database
from cityops.storage.readings.rollups import ages_of
from ingest.checks.bounds import Bounds
from ingest.dead_letters.allowances import LetterLimits
from ingest.dead_letters.replay import replay as replay_letters
from ingest.heartbeat import LifeSign
from ingest.storing.batch import BatchWriter
from ingest.storing.outcome import Outcome
from ingest.transport.broker_check import check_broker
from ingest.transport.filters import share_name, topic_filters
from ingest.transport.mqtt import SESSION_EXPIRY, Subscription, broker_name
from ingest.transport.sessions import SessionKeeper
from ingest.worker import Worker


def run(
    domains: Sequence[str], areas: Sequence[str], *, share: str | None, client_id: str, metrics_port: int | None
) -> None:
    """Ingest until SIGTERM or Ctrl-C. Raises CityOpsError when a setting or the broker stands in the way."""
    logs.log_to_stdout()
    settings = read_settings()
    database = Database(settings.require_database_url(), application=client_id)
    broker = settings.require_mqtt_url()
    storekeeper = _storekeeper(settings, database, broker=broker_name(broker))
    subscription = Subscription(
        broker,
        topic_filters(domains, areas, None if share is None else share_name(share, broker)),
        client_id=client_id,
        now=utc_now,
        ca_file=settings.mqtt_ca_file,
        leaving=topic_filters(domains, areas, share),
    )
    if metrics_port is not None:
        prometheus_client.start_http_server(metrics_port)
    _collect_seldom()
    visitor = settings.mqtt_device_url
    check_broker(
        broker,
        None if visitor is None else visitor.get_secret_value(),
        settings.mqtt_ca_file,
        refuse=settings.broker_check == "refuse",
    )
    life = LifeSign(database, client_id)
    sessions = SessionKeeper(
        database, broker=broker_name(broker), client_id=client_id, expiry=timedelta(seconds=SESSION_EXPIRY)
    )
    Worker(subscription, storekeeper, life, sessions, stopping=signals.stop_event(), now=utc_now).run()
    database.close()


def _collect_seldom() -> None:
    """Let Python look for cycles of garbage seldom: a batch makes none, and looking took a fifth of its time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def replay(*, field: str, sensor: str, most: int | None) -> Outcome:
    """Process dead letters once more; see ingest.dead_letters.replay. Raises CityOpsError."""
    settings = read_settings()
    database = Database(settings.require_database_url(), application="replay")
    storekeeper = _storekeeper(settings, database)
    storekeeper.start(utc_now())
    outcome = replay_letters(database, storekeeper, utc_now(), field=field, sensor=sensor, most=most)
    database.close()
    return outcome


def _storekeeper(settings: Settings, database: Database, *, broker: str = "") -> BatchWriter:
    catalogue = read_catalogue(settings)
    return BatchWriter(
        database,
        catalogue,
        Engine(load_rules(catalogue, settings.rules_file), catalogue, settings.zone),
        broker=broker,
        keep=ages_of(settings).readings,
        letters=letter_limits(settings),
        bounds=message_bounds(settings),
    )


def message_bounds(settings: Settings) -> Bounds:
    """Return what one message may touch."""
    return Bounds(settings.message_days, settings.message_series, settings.message_readings)


def letter_limits(settings: Settings) -> LetterLimits:
    """Return how many dead letters one sender may leave and how much all of them may take; 0 an hour is no limit."""
    return LetterLimits(per_hour=settings.letters_per_hour or None, most_bytes=settings.letters_bytes)
