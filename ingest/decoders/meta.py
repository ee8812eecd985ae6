"""Registration: `{"kind": …, "name": …, "lon": …, "lat": …, "crs": "wgs84"}`."""

import math
from datetime import datetime
from typing import Annotated

import msgspec

from cityops.devices.sensors import Sensor
from cityops.devices.topics import Address
from cityops.geography.coordinates import Crs, to_wgs84
from ingest.decoders.json_payload import decode_json
from ingest.errors import Undecodable
from ingest.messages import Cleared, Registration


class Meta(msgspec.Struct):
    """What a device says of itself."""

    kind: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    crs: Crs = Crs.WGS84


_DECODER = msgspec.json.Decoder(Meta)


def decode(address: Address, payload: bytes, received_at: datetime) -> Registration | Cleared:  # noqa: ARG001
    """Decode a registration; its place is converted to WGS-84. Raises Undecodable."""
    if not payload:
        return Cleared()
    meta = decode_json(_DECODER, payload)
    if any(ord(character) < 32 for character in meta.name):
        raise Undecodable("name", "control characters are not allowed")
    lon, lat = to_wgs84(meta.lon, meta.lat, meta.crs)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise Undecodable("lon", "not a place on earth")
    return Registration(Sensor(address.sensor, address.area, address.domain, meta.kind, meta.name, lon, lat))
