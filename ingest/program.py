"""Puts one ingest worker together and runs it until it is told to stop."""

import gc
import threading
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import prometheus_client

from alerts.evaluation.engine import Engine
from alerts.rules.definitions import Rule
from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue, read_catalogue
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
from ingest.storing.outcome import StoringOutcome
from ingest.transport.broker_check import check_broker
from ingest.transport.filters import lane_client_id, share_name, topic_filters, urgent_domains
from ingest.transport.lanes import LANE_GATHER, Lane, Lanes
from ingest.transport.mqtt import SESSION_EXPIRY, Subscription, broker_name
from ingest.transport.sessions import SessionKeeper
from ingest.worker import Worker


def run(
    domains: Sequence[str],
    areas: Sequence[str],
    *,
    share: str | None,
    client_id: str,
    metrics_port: int | None,
    has_lane: bool = True,
) -> None:
    """Ingest until SIGTERM or Ctrl-C. Raises CityOpsError when a setting or the broker stands in the way."""
    logs.log_to_stdout()
    settings = read_settings()
    database = Database(settings.require_database_url(), application=client_id)
    broker = settings.require_mqtt_url()
    catalogue = read_catalogue(settings)
    rules = load_rules(catalogue, settings.rules_file)
    storekeeper = _storekeeper(settings, catalogue, rules, database, broker=broker_name(broker))
    urgent = urgent_domains(rules, catalogue, domains) if has_lane and share is None else []
    arrival = threading.Condition()
    subscribe = partial(Subscription, broker, now=utc_now, ca_file=settings.mqtt_ca_file, arrival=arrival)
    everything = subscribe(
        topic_filters(domains, areas, None if share is None else share_name(share, broker)),
        client_id=client_id,
        leaving=topic_filters(domains, areas, share),
    )
    ways = {client_id: Lane(everything)}
    if urgent:
        name = lane_client_id(client_id)
        urgently = subscribe(topic_filters(urgent, areas, None), client_id=name)
        ways = {name: Lane(urgently, gather=LANE_GATHER)} | ways
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
    expiry = timedelta(seconds=SESSION_EXPIRY)
    sessions = [SessionKeeper(database, broker=broker_name(broker), client_id=one, expiry=expiry) for one in ways]
    lanes = Lanes([*ways.values()], arrival, common=urgent)
    Worker(lanes, storekeeper, life, sessions, stopping=signals.stop_event(), now=utc_now).run()
    database.close()


def _collect_seldom() -> None:
    """Let Python look for cycles of garbage seldom: a batch makes none, and looking took a fifth of its time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def replay(*, field: str, sensor: str, most: int | None) -> StoringOutcome:
    """Process dead letters once more; see ingest.dead_letters.replay. Raises CityOpsError."""
    settings = read_settings()
    database = Database(settings.require_database_url(), application="replay")
    catalogue = read_catalogue(settings)
    storekeeper = _storekeeper(settings, catalogue, load_rules(catalogue, settings.rules_file), database)
    storekeeper.start(utc_now())
    outcome = replay_letters(database, storekeeper, utc_now(), field=field, sensor=sensor, most=most)
    database.close()
    return outcome


def _storekeeper(
    settings: Settings, catalogue: Catalogue, rules: Sequence[Rule], database: Database, *, broker: str = ""
) -> BatchWriter:
    return BatchWriter(
        database,
        catalogue,
        Engine(rules, catalogue, settings.zone),
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
