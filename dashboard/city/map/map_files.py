"""The layers of the map as they are now, read from the database: for the command line and the API."""

from collections.abc import Sequence

from geopandas import GeoDataFrame

from alerts.board.alert_reader import open_alerts
from cityops.catalogue import Catalogue
from cityops.clock import utc_now
from cityops.errors import CityOpsError
from cityops.storage import Transaction
from cityops.storage.readings.latest import latest_frame
from dashboard.city.map.map_layers import alert_layer, area_layer, sensor_layer
from dashboard.city.registry import read_registry


class MetricUnknown(CityOpsError):
    """The catalogue has no such metric. docs/reference/terminals.md lists them."""


def read_sensors(tx: Transaction, catalogue: Catalogue) -> GeoDataFrame:
    """Return `sensor_layer` of all sensors in use."""
    return sensor_layer(read_registry(tx), latest_frame(tx), catalogue=catalogue, now=utc_now())


def read_areas(tx: Transaction, catalogue: Catalogue, *, metrics: Sequence[str]) -> GeoDataFrame:
    """Return `area_layer` with the means of these metrics. Raises MetricUnknown."""
    for metric in metrics:
        if metric not in catalogue.metric:
            raise MetricUnknown(f"The catalogue has no metric {metric[:40]!r}. docs/reference/terminals.md lists them.")
    return area_layer(read_registry(tx), latest_frame(tx), metrics=metrics, catalogue=catalogue, now=utc_now())


def read_alerts(tx: Transaction, _: Catalogue) -> GeoDataFrame:
    """Return `alert_layer` of all open alerts."""
    return alert_layer(open_alerts(tx))
