"""Refusals as clients of SensorThings know them, by the form of FROST."""

import msgspec
from starlette.responses import Response

from portal.sensorthings.errors import SensorThingsError

BASE = "/v1.1"


def answer_error(error: SensorThingsError) -> Response:
    """Return the answer that refuses a request."""
    body = {"code": error.status.value, "type": "error", "message": str(error)}
    return Response(msgspec.json.encode(body), error.status, media_type="application/json")
