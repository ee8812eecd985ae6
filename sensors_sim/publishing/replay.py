"""`cityops replay`: recorded readings through MQTT, like the devices that once sent them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import typer

from cityops.catalogue import Catalogue, read_catalogue
from cityops.clock import utc_now
from cityops.devices.topics import AREA_CODE, Address, TopicChannel
from cityops.settings import Settings
from sensors_sim.errors import OptionError, RecordingError
from sensors_sim.progress import Progress, show_progress
from sensors_sim.publishing.broker import Connection
from sensors_sim.publishing.messages import PublishedMessage, meta_message
from sensors_sim.publishing.recording import (
    Recorded,
    Registered,
    RowProblem,
    Survey,
    read_recording,
    read_sensors,
    survey,
)

SETTLE = 1.0  # seconds for ingest to store the registrations before the first reading


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What to replay. speed 0 is as fast as the broker acknowledges."""

    recording: Path
    sensors: Path | None
    area: str
    speed: float
    shift_to_now: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """When each recorded reading is sent and how it is stamped."""

    first: datetime
    shift: timedelta
    speed: float

    def stamp(self, recorded: datetime) -> datetime:
        """Return the time that the message carries."""
        return recorded + self.shift

    def delay(self, recorded: datetime) -> float:
        """Return after how many seconds of replay the reading is sent."""
        return 0.0 if self.speed == 0 else (recorded - self.first).total_seconds() / self.speed


def make_timing(first: datetime, last: datetime, start: datetime, *, speed: float, shift_to_now: bool) -> Timing:
    """Plan the replay of a recording from first to last that starts at `start`.

    One constant moves every stamp, so gaps stay exact: the last reading gets the moment at which it is sent.
    Slower than real time, the first one does; so nothing is ever in the future.
    """
    if not shift_to_now:
        return Timing(first, timedelta(0), speed)
    lasts = timedelta(0) if speed == 0 else (last - first) / max(speed, 1.0)
    return Timing(first, start + lasts - last, speed)


def run(
    settings: Settings, plan: ReplayPlan, *, stopping: threading.Event, say: Callable[[str], None] = typer.echo
) -> bool:
    """Replay a recording and return whether it came to its end. Raises OptionError, RecordingError or BrokerRefused."""
    if not AREA_CODE.fullmatch(plan.area):
        raise OptionError(f"--area {plan.area!r} is no area code. Give a string of digits.")
    settings.require_mqtt_url()
    catalogue = read_catalogue(settings)
    sensors = None if plan.sensors is None else read_sensors(plan.sensors, catalogue, plan.area)
    known = None if sensors is None else set(sensors)
    found = survey(
        plan.recording, catalogue, known, report=lambda problem: say(f"{plan.recording}: {problem}; left out")
    )
    if found.first is None or found.last is None:
        raise RecordingError(f"{plan.recording} has no usable row. {_advice(found)}")
    started = partial(make_timing, found.first, found.last, speed=plan.speed, shift_to_now=plan.shift_to_now)
    _check_kept(plan, started(utc_now()).stamp(found.first), settings.kept_since(utc_now()))
    connection = Connection(settings, name="replay", stopping=stopping)
    with connection:
        _register(connection, sensors or {}, stopping)
        greeted = connection.acknowledged
        timing = started(utc_now())
        with show_progress(found.usable, say) as progress:
            published = _publish(connection, plan, catalogue, sensors, timing, stopping, progress)
        connection.wait_acknowledged(1.5 if stopping.is_set() else None)
        acknowledged = connection.acknowledged - greeted
    left_out = f", {found.unusable} rows left out" if found.unusable else ""
    say(f"{published} readings published, {acknowledged} acknowledged{left_out}")
    return acknowledged == found.usable


def _check_kept(plan: ReplayPlan, oldest: datetime, kept_since: datetime | None) -> None:
    """Refuse a recording of which a part would be forgotten at once: what is left of it would tell a wrong story."""
    if kept_since is None or oldest >= kept_since:
        return
    forward = "" if plan.shift_to_now else "use --shift-to-now, or "
    raise OptionError(
        f"{plan.recording} begins on {oldest:%Y-%m-%d}, and readings from before {kept_since:%Y-%m-%d} are not kept. "
        f"To see it, {forward}set CITYOPS_KEEP_READINGS_DAYS=0 for ingest, watch and replay."
    )


def _advice(found: Survey) -> str:
    return "Correct the rows named above." if found.unusable else "Give a file with readings."


def _register(connection: Connection, sensors: dict[str, Registered], stopping: threading.Event) -> None:
    for registered in sensors.values():
        meta = meta_message(registered.sensor, lon=registered.lon, lat=registered.lat, crs=registered.crs)
        connection.publish(meta)
    if sensors:
        connection.wait_acknowledged()
        stopping.wait(SETTLE)


def _publish(
    connection: Connection,
    plan: ReplayPlan,
    catalogue: Catalogue,
    sensors: dict[str, Registered] | None,
    timing: Timing,
    stopping: threading.Event,
    progress: Progress,
) -> int:
    """Publish every usable row in the order of the file; return how many."""
    began, published = time.monotonic(), 0
    for row in read_recording(plan.recording, catalogue, None if sensors is None else set(sensors)):
        if isinstance(row, RowProblem):
            continue
        stopping.wait(max(0.0, began + timing.delay(row.time) - time.monotonic()))
        address = _address(row, sensors, catalogue, plan.area)
        if stopping.is_set() or not connection.publish(_message(row, address, timing)):
            break
        published += 1
        progress.advance()
    return published


def _address(row: Recorded, sensors: dict[str, Registered] | None, catalogue: Catalogue, area: str) -> Address:
    """Return where the sensor speaks; without a sensors file its metric tells the domain."""
    if sensors is not None:
        return sensors[row.sensor].sensor.address
    domain = next(kind.domain for kind in catalogue.kind.values() if row.metric in kind.metrics)
    return Address(area, domain, row.sensor)


def _message(row: Recorded, address: Address, timing: Timing) -> PublishedMessage:
    reading = {"time": timing.stamp(row.time).isoformat(), "values": {row.metric: row.value}}
    return PublishedMessage(address.topic(TopicChannel.TELEMETRY), msgspec.json.encode(reading))
