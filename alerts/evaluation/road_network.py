"""The stretches of road that detectors measure, as the traffic index of alerts needs them."""

from cityops.geography.road_links import KIND, Link, lay_links
from cityops.storage import Transaction
from cityops.storage.devices.registry import registry_fingerprint, sensor_frame
from cityops.storage.devices.stored_areas import load_features


class RoadNetwork:
    """Reads the network again when a road or a sensor was added or changed; until then it remembers."""

    def __init__(self) -> None:
        self._fingerprint = ""
        self._links: dict[str, Link] = {}

    def read(self, tx: Transaction) -> dict[str, Link]:
        """Return the stretch of each detector that stands on a road, by sensor id."""
        fingerprint = registry_fingerprint(tx)
        if fingerprint != self._fingerprint:
            sensors = sensor_frame(tx)
            detectors = sensors[sensors["kind"] == KIND].reset_index(drop=True)
            ids = detectors["sensor_id"].tolist()
            self._links = {ids[link.position]: link for link in lay_links(load_features(tx), detectors)}
            self._fingerprint = fingerprint
        return self._links
