"""A sensor: a device of a known kind at a known place."""

from dataclasses import dataclass

from cityops.devices.topics import Address


@dataclass(frozen=True, slots=True)
class Sensor:
    """One registered device. The place is WGS-84, degrees."""

    sensor_id: str
    area: str
    domain: str
    kind: str
    name: str
    lon: float
    lat: float

    @property
    def address(self) -> Address:
        """Where it stands in the topic tree."""
        return Address(self.area, self.domain, self.sensor_id)
