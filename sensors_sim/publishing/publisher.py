"""The devices at work: registrations, reports in real time, and a clean end."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from cityops.devices.sensors import Sensor
from cityops.operations.watchdog import show_progress
from sensors_sim.publishing.broker import Connection
from sensors_sim.publishing.messages import PublishedMessage, farewells, greetings
from sensors_sim.publishing.reading_messages import MessageFormat, outgoing
from sensors_sim.scoring.truth import NOBODY, Witness
from sensors_sim.story.delivery import parcels, words
from sensors_sim.story.simulation import Simulation

logger = logging.getLogger(__name__)
TICK = 0.4  # seconds between two looks at who is due
BUFFER = 300.0  # seconds of reports that devices keep while the broker is away
FAREWELL = 1.5  # seconds for the last words


def follow_nobody(simulation: Simulation, _now: float) -> Simulation:
    """Go on as before."""
    return simulation


def publish_live(
    simulation: Simulation,
    connection: Connection,
    *,
    stopping: threading.Event,
    clock: Callable[[], float] = time.time,
    until: float | None = None,
    form: MessageFormat = MessageFormat.JSON,
    pack: int = 1,
    direct: Callable[[Simulation, float], Simulation] = follow_nobody,
    witness: Witness = NOBODY,
) -> None:
    """Publish until told to stop, or until a moment (real seconds since 1970), from the simulation's start.

    `direct` is asked at every look what happens from now on; `witness` is told what was sent. While the broker is
    away nothing is sent; when it is back, every device registers again and sends what it kept. Raises BrokerRefused.
    """
    sensors = all_sensors(simulation)
    epoch, done = 0, simulation.clock.start
    while not stopping.is_set() and (until is None or done < until):
        show_progress()
        now = clock() if until is None else min(clock(), until)
        simulation = direct(simulation, now)
        if connection.connected:
            if connection.epoch != epoch:
                epoch = connection.epoch
                _send(greetings(sensors), connection)
            sent = list(parcels(simulation, max(done, now - BUFFER), now, pack=pack))
            said = words(simulation, max(done, now - BUFFER), now)
            if _send(outgoing(sent, said, simulation.catalogue, form=form), connection):
                witness.saw(simulation, sent, done, now)
            done = now
        stopping.wait(TICK)
    _say_farewell(sensors, connection)


def live_messages(
    simulation: Simulation, start: float, end: float, *, form: MessageFormat, pack: int
) -> list[PublishedMessage]:
    """Return what is sent after `start` and up to `end`, in order of time."""
    sent = parcels(simulation, start, end, pack=pack)
    return outgoing(sent, words(simulation, start, end), simulation.catalogue, form=form)


def printed_messages(
    simulation: Simulation,
    duration: float,
    *,
    form: MessageFormat,
    pack: int,
    witness: Witness = NOBODY,
    step: float = 5.0,
) -> Iterator[PublishedMessage]:
    """Yield everything that devices say from the start on for `duration` seconds, without waiting."""
    yield from greetings(all_sensors(simulation))
    start = simulation.clock.start
    while duration > 0:
        end = start + min(step, duration)
        sent = list(parcels(simulation, start, end, pack=pack))
        yield from outgoing(sent, words(simulation, start, end), simulation.catalogue, form=form)
        witness.saw(simulation, sent, start, end)
        start, duration = end, duration - step


def all_sensors(simulation: Simulation) -> list[Sensor]:
    """Return every sensor of the city, kind by kind."""
    return [sensor for fleet in simulation.fleets.values() for sensor in fleet.sensors]


def _send(messages: Iterable[PublishedMessage], connection: Connection) -> bool:
    """Send messages; return False when we were told to stop meanwhile."""
    return all(connection.publish(message) for message in messages)


def _say_farewell(sensors: list[Sensor], connection: Connection) -> None:
    """Say offline for every device. One connection has one last will, so nobody else could say it for them."""
    until = time.monotonic() + FAREWELL
    for message in farewells(sensors):
        if time.monotonic() > until or not connection.connected:
            logger.warning("not every device could say goodbye", extra={"action": "stop"})
            return
        connection.publish_now(message)
    connection.wait_acknowledged(max(0.0, until - time.monotonic()))
