"""Who a sensor is: what its device, the city's registry and a second device of the same id say. Pure.

The registry (imports, verbs, pages) outweighs the device. A device may correct its name and place, but it cannot take
over an id that speaks elsewhere or is of another kind: that is two devices, until somebody says otherwise.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from cityops.devices.sensors import Sensor

RIVAL_FOR = timedelta(days=1)  # how long a second device that was heard makes an id contradictory


class IdentitySource(StrEnum):
    """Who says something of a sensor."""

    DEVICE = "device"
    REGISTRY = "registry"
    RIVAL = "rival"  # a second device with the same id


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of an id. `sensor` is in force; `device` is what the device said last, None where it did not."""

    sensor: Sensor
    device: Sensor | None = None
    topic_area: str | None = None  # the area in whose topics the device speaks
    in_registry: bool = False
    rival: Sensor | None = None
    retired_at: datetime | None = None
    successor: str | None = None


class IdentityVerdict(Enum):
    """What a registration of a device comes to."""

    ACCEPT = auto()  # it is in force now
    NOTE = auto()  # kept as what the device says; the registry's word is in force
    REPEAT = auto()  # known already
    OTHER_AREA = auto()  # the id speaks in another area
    OTHER_KIND = auto()  # the id is of another kind
    MERGED = auto()  # the id was given up for another one


REFUSED = frozenset({IdentityVerdict.OTHER_AREA, IdentityVerdict.OTHER_KIND, IdentityVerdict.MERGED})


def judge(known: Identity | None, told: Sensor, *, retained: bool) -> IdentityVerdict:
    """Judge what a device says of itself; `retained`: the broker only repeats it, so it brings nothing back."""
    if known is None:
        return IdentityVerdict.ACCEPT
    if known.retired_at is not None:
        anew = IdentityVerdict.ACCEPT if known.successor is None else IdentityVerdict.MERGED
        return IdentityVerdict.REPEAT if retained else anew
    other = _is_another(known, told)
    if other is not None:
        return IdentityVerdict.REPEAT if retained and told == known.rival else other
    if known.in_registry:
        return IdentityVerdict.REPEAT if told == known.device else IdentityVerdict.NOTE
    return (
        IdentityVerdict.REPEAT if told in (known.device, known.sensor) and known.topic_area else IdentityVerdict.ACCEPT
    )


def _is_another(known: Identity, told: Sensor) -> IdentityVerdict | None:
    """Say how this must be another device than the one that is known; None where it may be the same."""
    if known.topic_area not in (None, told.area):
        return IdentityVerdict.OTHER_AREA
    return IdentityVerdict.OTHER_KIND if not known.in_registry and told.kind != known.sensor.kind else None


def first_identity(told: Sensor) -> Identity:
    """Return what is known of an id once a device was the first to register it."""
    return Identity(told, told, told.area)


def after(known: Identity | None, told: Sensor, verdict: IdentityVerdict) -> Identity | None:
    """Return what is known of the id after this verdict."""
    if verdict is IdentityVerdict.REPEAT or (known is None and verdict is not IdentityVerdict.ACCEPT):
        return known
    if known is None:
        return first_identity(told)
    if verdict in REFUSED:
        return known if verdict is IdentityVerdict.MERGED else replace(known, rival=told)
    sensor = known.sensor if known.in_registry else told
    return replace(known, sensor=sensor, device=told, topic_area=told.area, retired_at=None, successor=None)


def explain(verdict: IdentityVerdict, known: Identity, told: Sensor) -> tuple[str, str]:
    """Return the field at fault of a refused registration, and why."""
    mine = told.sensor_id
    if verdict is IdentityVerdict.MERGED:
        return "topic.sensor", f"sensor {mine} goes on as {known.successor}; register and report under that id"
    if verdict is IdentityVerdict.OTHER_AREA:
        return "topic.area", speaks_elsewhere(mine, known.topic_area)
    words = f"sensor {mine} is a {known.sensor.kind}, and another device says it is a {told.kind}"
    return "kind", f"{words}; give one of them another id, or import the new kind when it was replaced"


def speaks_elsewhere(sensor_id: str, area: str | None) -> str:
    """Return what is wrong when an id that speaks in an area is used in another one."""
    return f"sensor {sensor_id} speaks in area {area}; give this device another id, or move the sensor when it moved"
