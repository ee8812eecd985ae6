"""`cityops simulate`: the city, its history, and its life over MQTT."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec

from cityops.catalogue import read_catalogue
from cityops.operations import logs
from cityops.settings import Settings
from cityops.storage import Database
from cityops.storage.devices import stored_areas
from sensors_sim.errors import OptionError
from sensors_sim.publishing.broker import Connection
from sensors_sim.publishing.history import start_history
from sensors_sim.publishing.messages import PublishedMessage
from sensors_sim.publishing.publisher import follow_nobody, printed_messages, publish_live
from sensors_sim.publishing.reading_messages import MessageFormat
from sensors_sim.scoring.truth import NOBODY, TruthFile, Witness
from sensors_sim.story.director import Director, announce, tell
from sensors_sim.story.simulation import Simulation

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """What to simulate. `duration` and `history` in seconds; `start` is aware."""

    sensors: int
    seed: int
    start: datetime
    rate: float
    speed: float
    duration: float | None
    history: float
    incidents: bool
    form: MessageFormat
    pack: int
    scenario: str | None = None
    faults: float = 0.0  # by chance, a device and day
    truth: Path | None = None


def make_simulation(settings: Settings, plan: SimulationPlan) -> Simulation:
    """Make the city of a plan."""
    return Simulation.make(
        read_catalogue(settings),
        settings.zone,
        seed=plan.seed,
        sensors=plan.sensors,
        start=plan.start,
        speed=plan.speed,
        rate=plan.rate,
        incidents=plan.incidents,
        faults=plan.faults,
    )


def told(simulation: Simulation, plan: SimulationPlan) -> Simulation:
    """Return the city with the scenario of the plan, from the start on, where no database says what is told."""
    if plan.scenario is None:
        return simulation
    run = announce(plan.scenario, faster=plan.speed, now=plan.start, catalogue=simulation.catalogue)
    return simulation.with_script(tell(simulation, run, simulation.script))


@contextmanager
def witness_of(plan: SimulationPlan, simulation: Simulation) -> Iterator[Witness]:
    """Write the truth file of the plan, if it has one, while the block runs. Raises OptionError."""
    if plan.truth is None:
        yield NOBODY
        return
    try:
        out = plan.truth.open("w", encoding="utf-8")
    except OSError as error:
        raise OptionError(f"--truth {plan.truth} cannot be written ({error.strerror}). Choose another file.") from error
    with out:
        witness = TruthFile(out, simulation)
        yield witness
        witness.close()


def print_city(settings: Settings, plan: SimulationPlan, *, out: TextIO) -> None:
    """Write the messages as JSON lines (topic, payload) instead of sending them; a minute unless told otherwise."""
    simulation = told(make_simulation(settings, plan), plan)
    duration = 60.0 if plan.duration is None else plan.duration
    with witness_of(plan, simulation) as witness:
        for message in printed_messages(simulation, duration, form=plan.form, pack=plan.pack, witness=witness):
            out.write(_as_line(message) + "\n")


def _as_line(message: PublishedMessage) -> str:
    """Return a message as JSON. What is no JSON itself, such as a state or garbage, becomes a string."""
    try:
        content = msgspec.json.decode(message.payload)
    except msgspec.DecodeError:
        content = message.payload.decode(errors="replace")
    return msgspec.json.encode({"topic": message.topic, "payload": content}).decode()


def run_city(settings: Settings, plan: SimulationPlan, *, stopping: threading.Event) -> None:
    """Publish the city until told to stop. Raises BrokerRefused, BrokerUnreachable or StorageError."""
    logs.log_to_stdout()
    connection = Connection(settings, name="simulate", stopping=stopping)
    simulation = make_simulation(settings, plan)
    until = None if plan.duration is None else plan.start.timestamp() + plan.duration
    with ExitStack() as stack:
        connection.open()
        stack.callback(connection.close)
        direct: Callable[[Simulation, float], Simulation] = follow_nobody
        history = None
        if settings.database_url is None:
            simulation = told(simulation, plan)
        else:
            database = Database(settings.require_database_url(), application="simulate")
            stack.callback(database.close)
            store_map(database, simulation)
            director = Director(database, simulation.script)
            director.prepare(plan.scenario, faster=plan.speed, now=plan.start, catalogue=simulation.catalogue)
            direct = director.direct
            if plan.history > 0:
                history = start_history(database, simulation, plan.history, stopping=stopping)
        witness = stack.enter_context(witness_of(plan, simulation))
        publish_live(
            simulation,
            connection,
            stopping=stopping,
            until=until,
            form=plan.form,
            pack=plan.pack,
            direct=direct,
            witness=witness,
        )
        if history is not None:
            history.join(timeout=1.0 if stopping.is_set() else None)


def store_map(database: Database, simulation: Simulation) -> None:
    """Store the areas and the map of the city."""
    with database.transaction() as tx:
        stored_areas.store_areas(tx, simulation.city.areas)
        stored_areas.store_features(tx, simulation.city.features)
