"""What this server offers: the root document. Pure."""

from typing import Any

from portal.sensorthings.entity.entities import ENTITIES

_REQUIREMENTS = "http://www.opengis.net/spec/iot_sensing/1.1/req"
_QUERIES = ("status-code", "query-status-code", "order", "expand", "select", "orderby", "top", "skip", "count",
            "filter", "built-in-filter-operations", "built-in-query-functions", "pagination")  # fmt: skip
CONFORMANCE = [
    f"{_REQUIREMENTS}/datamodel",
    *(f"{_REQUIREMENTS}/datamodel/{name}" for name in (
        "thing", "location", "historical-location", "datastream", "sensor", "observed-property", "observation",
        "feature-of-interest", "entity-control-information")),
    f"{_REQUIREMENTS}/resource-path/resource-path-to-entities",
    *(f"{_REQUIREMENTS}/request-data/{name}" for name in _QUERIES),
    f"{_REQUIREMENTS}/data-array/data-array",
]  # fmt: skip


UPDATES = f"{_REQUIREMENTS}/receive-updates-via-mqtt/receive-updates"


def root_document(base: str, *, broker: str | None = None) -> dict[str, Any]:
    """Return the sets with their addresses, and the requirements that are met.

    `base`: the address of the service. `broker`: where new readings are told by MQTT, if they are.
    """
    updates = {} if broker is None else {UPDATES: {"endpoints": [broker]}}
    return {
        "value": [{"name": one.set_name, "url": f"{base}/{one.set_name}"} for one in ENTITIES],
        "serverSettings": {"conformance": [*CONFORMANCE, *updates], **updates},
    }
