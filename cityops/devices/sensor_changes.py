"""What people do with a registered sensor: retire, rename, move, merge. Each change is audited.

From then on the registry's word is in force, whatever the device says of itself.
All of them raise SensorUnknown, and ChangeRefused when it makes no sense; then nothing is stored.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cityops.devices.identity import Identity
from cityops.devices.sensors import Sensor
from cityops.devices.topics import AREA_CODE, SENSOR_ID
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from cityops.storage.audit import COMMAND_LINE, record
from cityops.storage.devices import identity as store

LONGEST_NAME, LONGEST_REASON = 200, 500


class SensorUnknown(CityOpsError):
    """There is no such sensor in use. Look for its id on the page /sensors."""


class ChangeRefused(CityOpsError):
    """The sensor cannot be changed like this. Correct what you wrote."""


@dataclass(frozen=True, slots=True)
class SensorChange:
    """Who changes something, when (UTC), and from where."""

    actor: str
    now: datetime
    origin: str = COMMAND_LINE


def retire(tx: Transaction, sensor_id: str, order: SensorChange, *, reason: str) -> None:
    """Take a sensor out of use; `alerts` closes its open alerts with the reason."""
    words = _text(reason, "A reason is needed. Write a few words.", LONGEST_REASON)
    _find(tx, sensor_id)
    store.retire_sensor(tx, sensor_id, words, order.now)
    _record(tx, "retire", sensor_id, order, reason=words)


def rename(tx: Transaction, sensor_id: str, order: SensorChange, *, name: str) -> None:
    """Give a sensor another name."""
    words = _text(name, "A name is needed. Write what people call it.", LONGEST_NAME)
    known = _find(tx, sensor_id)
    _put(tx, replace(known.sensor, name=words), known.topic_area, order)
    _record(tx, "rename", sensor_id, order, before=known.sensor.name, after=words)


def move(tx: Transaction, sensor_id: str, order: SensorChange, *, lon: float, lat: float, area: str = "") -> None:
    """Say where a sensor stands (WGS-84, degrees), and in which area; in another one it may speak from anywhere."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ChangeRefused(f"{lon:g}, {lat:g} is no place on earth. Write longitude, then latitude, in degrees.")
    if area and not AREA_CODE.fullmatch(area):
        raise ChangeRefused(f"{area[:40]!r} is no area code. Use digits, as in the list of areas.")
    known = _find(tx, sensor_id)
    moved = replace(known.sensor, lon=lon, lat=lat, area=area or known.sensor.area)
    _put(tx, moved, known.topic_area if moved.area == known.sensor.area else None, order)
    before = [known.sensor.lon, known.sensor.lat, known.sensor.area]
    _record(tx, "move", sensor_id, order, before=before, after=[lon, lat, moved.area])


def renumber(tx: Transaction, sensor_id: str, order: SensorChange, *, new_id: str) -> None:
    """Give a sensor another id, under which all its readings go on."""
    if not SENSOR_ID.fullmatch(new_id):
        raise ChangeRefused(f"{new_id[:80]!r} is no sensor id. Use 1 to 64 letters A to Z, digits, dots, _ and -.")
    _find(tx, sensor_id)
    if not store.copy_sensor(tx, sensor_id, new_id, order.now):
        raise ChangeRefused(f"The id {new_id} is taken. Merge the sensors, or choose another id.")
    store.hand_over_series(tx, sensor_id, new_id, order.now)
    store.put_registry(tx, [new_id], order.now)
    store.retire_sensor(tx, sensor_id, f"it goes on as {new_id}", order.now, successor=new_id)
    _record(tx, "renumber", sensor_id, order, after=new_id)


def merge(tx: Transaction, sensor_id: str, into: str, order: SensorChange) -> int:
    """Make two sensors of one kind one. Return how many readings were copied: those of metrics that both have."""
    if sensor_id == into:
        raise ChangeRefused("A sensor cannot be merged into itself. Name two.")
    source, target = _find(tx, sensor_id), _find(tx, into)
    if source.sensor.kind != target.sensor.kind:
        kinds = f"{sensor_id} is a {source.sensor.kind} and {into} a {target.sensor.kind}"
        raise ChangeRefused(f"{kinds}. Import the right kind of one of them first.")
    copied = store.hand_over_series(tx, sensor_id, into, order.now)
    store.retire_sensor(tx, sensor_id, f"it goes on as {into}", order.now, successor=into)
    _record(tx, "merge", sensor_id, order, into=into, copied=copied)
    return copied


def _find(tx: Transaction, sensor_id: str) -> Identity:
    known = store.lock_identities(tx, [sensor_id]).get(sensor_id)
    if known is None or known.retired_at is not None:
        raise SensorUnknown(f"There is no sensor {sensor_id[:80]} in use. Look for its id on the page /sensors.")
    return known


def _put(tx: Transaction, sensor: Sensor, topic_area: str | None, order: SensorChange) -> None:
    store.put_in_force(tx, sensor, topic_area, order.now)
    store.put_registry(tx, [sensor.sensor_id], order.now)


def _text(text: str, missing: str, longest: int) -> str:
    words = text.strip()
    if not words:
        raise ChangeRefused(missing)
    if len(words) > longest or any(ord(character) < 32 for character in words):
        raise ChangeRefused(f"Use at most {longest} characters, in one line.")
    return words


def _record(tx: Transaction, action: str, sensor_id: str, order: SensorChange, **detail: Any) -> None:
    record(tx, order.actor, f"sensors.{action}", sensor_id, at=order.now, origin=order.origin, detail=detail)
