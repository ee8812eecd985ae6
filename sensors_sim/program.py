"""`cityops simulate`: the city, its history, and its life over MQTT."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

import msgspec

from cityops import logs
from cityops.catalogue import load_catalogue
from cityops.settings import Settings
from cityops.storage import Database, registry
from sensors_sim.broker import Connection
from sensors_sim.history import start_history
from sensors_sim.messages import Format
from sensors_sim.publisher import printed_messages, publish_live
from sensors_sim.simulation import Simulation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. `duration` and `history` in seconds; `start` is aware."""

    sensors: int
    seed: int
    start: datetime
    rate: float
    speed: float
    duration: float | None
    history: float
    incidents: bool
    form: Format
    pack: int


def make_simulation(settings: Settings, plan: Plan) -> Simulation:
    """Make the city of a plan."""
    return Simulation.make(
        load_catalogue(settings.catalogue_file),
        settings.zone,
        seed=plan.seed,
        sensors=plan.sensors,
        start=plan.start,
        speed=plan.speed,
        rate=plan.rate,
        incidents=plan.incidents,
    )


def print_city(settings: Settings, plan: Plan, *, out: TextIO) -> None:
    """Write the messages as JSON lines (topic, payload) instead of sending them; a minute unless told otherwise."""
    simulation = make_simulation(settings, plan)
    duration = 60.0 if plan.duration is None else plan.duration
    for message in printed_messages(simulation, duration, form=plan.form, pack=plan.pack):
        payload = message.payload.decode()
        content = payload if message.topic.endswith("/status") else msgspec.json.decode(message.payload)
        out.write(msgspec.json.encode({"topic": message.topic, "payload": content}).decode() + "\n")


def run_city(settings: Settings, plan: Plan, *, stopping: threading.Event) -> None:
    """Publish the city until told to stop. Raises BrokerRefused, BrokerUnreachable or StorageError."""
    logs.log_to_stdout()
    connection = Connection(settings, name="simulate", stopping=stopping)
    simulation = make_simulation(settings, plan)
    until = None if plan.duration is None else plan.start.timestamp() + plan.duration
    connection.open()
    history = None
    database = None
    try:
        if settings.database_url is not None:
            database = Database(settings.require_database_url(), application="simulate")
            store_map(database, simulation)
            if plan.history > 0:
                history = start_history(database, simulation, plan.history, stopping=stopping)
        publish_live(simulation, connection, stopping=stopping, until=until, form=plan.form, pack=plan.pack)
        if history is not None:
            history.join(timeout=1.0 if stopping.is_set() else None)
    finally:
        connection.close()
        if database is not None:
            database.close()


def store_map(database: Database, simulation: Simulation) -> None:
    """Store the areas and the map of the city."""
    with database.transaction() as tx:
        registry.store_areas(tx, simulation.city.areas)
        registry.store_features(tx, simulation.city.features)
