"""Whether a device is there: `online` or `offline`, the latter usually as its last will."""

from datetime import datetime

from cityops.devices.topics import Address
from ingest.errors import Undecodable
from ingest.messages import Cleared, StatusReport


def decode(address: Address, payload: bytes, received_at: datetime) -> StatusReport | Cleared:  # noqa: ARG001
    """Decode a status. Raises Undecodable."""
    if not payload:
        return Cleared()
    if payload not in (b"online", b"offline"):
        raise Undecodable("payload", f"{payload[:40]!r} is neither online nor offline")
    return StatusReport(address.sensor, payload.decode())
