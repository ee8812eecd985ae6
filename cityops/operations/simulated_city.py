"""Taking a simulated city out of a database in which the real one is to live.

What the simulator registers can be told by its codes: its areas begin with 9901, and 99 is no province of
GB/T 2260; its sensors stand in them and are numbered, as its map features are. Alerts and audit stay, as they must;
so the sensors are retired, and their readings go with the retention of all others.
"""

import re
from dataclasses import dataclass

from cityops.devices.sensor_changes import SensorChange
from cityops.storage import Transaction
from cityops.storage.audit import record
from cityops.storage.devices import registry, stored_areas
from cityops.storage.devices.identity import retire_sensor

_AREA = re.compile(r"9901[0-9]{2,}")
_SENSOR = re.compile(r"[A-Z0-9]+-[0-9]{4,6}")
_FEATURE = re.compile(r"(water|green|zone|road|place)-[0-9]{3,5}")
REASON = "the simulated city was removed"


@dataclass(frozen=True, slots=True)
class SimulatedCity:
    """What is stored of a simulated city: ids of sensors in use, codes of areas, ids of map features."""

    sensors: list[str]
    areas: list[str]
    features: list[str]


def find(tx: Transaction) -> SimulatedCity:
    """Return what the simulator registered."""
    return SimulatedCity(
        [
            sensor.sensor_id
            for sensor in registry.load_sensors(tx).values()
            if _AREA.fullmatch(sensor.area) and _SENSOR.fullmatch(sensor.sensor_id)
        ],
        [code for code in stored_areas.load_areas(tx) if _AREA.fullmatch(code)],
        [one.feature_id for one in stored_areas.load_features(tx) if _FEATURE.fullmatch(one.feature_id)],
    )


def clear(tx: Transaction, city: SimulatedCity, order: SensorChange) -> None:
    """Retire the sensors, and remove areas and map features. `watch` closes the open alerts with the reason."""
    for sensor_id in city.sensors:
        retire_sensor(tx, sensor_id, REASON, order.now)
    stored_areas.remove_places(tx, areas=city.areas, features=city.features)
    counts = {"sensors": len(city.sensors), "areas": len(city.areas), "features": len(city.features)}
    record(tx, order.actor, "city.clear_simulated", "", at=order.now, origin=order.origin, detail=counts)
