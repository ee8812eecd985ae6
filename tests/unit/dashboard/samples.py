"""A small city as frames: two districts, three sensors, one alert."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from alerts.board.open_alert import OpenAlert
from cityops.areas import Area, AreaLevel
from cityops.map_features import Layer, MapFeature
from dashboard.city.registry import Registry
from tests.alert_samples import shown_alert

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def box(west: float, south: float, size: float = 0.1) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


AREAS = {
    "990100": Area("990100", "云州市", AreaLevel.CITY, None, "Yunzhou", box(119, 30, 0.2)),
    "990101": Area("990101", "望湖区", AreaLevel.DISTRICT, "990100", "Wanghu", box(119, 30)),
    "990102": Area("990102", "东港区", AreaLevel.DISTRICT, "990100", "Donggang", box(119.1, 30)),
}
FEATURES = [
    MapFeature("road-1", Layer.ROAD, "ring", "一环", {"type": "LineString", "coordinates": [[119, 30], [119.1, 30.1]]}),
    MapFeature("place-1", Layer.PLACE, "hospital", "望湖医院", {"type": "Point", "coordinates": [119.05, 30.05]}),
]
SENSOR_COLUMNS = ["sensor_id", "area_code", "district", "domain", "kind", "name", "lon", "lat"]
LATEST_COLUMNS = ["series_id", "sensor_id", "metric", "time", "value", "quality", "received_at"]


def registry(**heard: float) -> Registry:
    """Three minutely sensors, heard a second ago or so many seconds ago (such as air_1=200; NaN: never)."""
    rows = [
        ("air-1", "990101", "990101", "environment", "air_station", "一号站", 119.05, 30.05),
        ("air-2", "990102", "990102", "environment", "air_station", "二号站", 119.15, 30.05),
        ("loop-1", "990101", "990101", "traffic", "traffic_detector", "一号线圈", 119.06, 30.06),
    ]
    sensors = pd.DataFrame(rows, columns=SENSOR_COLUMNS).assign(retired_at=pd.Series([pd.NaT] * len(rows)))
    return Registry(AREAS, FEATURES, sensors.merge(facts(**heard), on="sensor_id"))


def registry_of(latest: pd.DataFrame) -> Registry:
    """The same sensors, heard when their newest readings came; without a reading never."""
    ages = (NOW - latest.groupby("sensor_id")["received_at"].max()).dt.total_seconds()
    return registry(**{name.replace("-", "_"): ages.get(name, float("nan")) for name in ("air-1", "air-2", "loop-1")})


def facts(**heard: float) -> pd.DataFrame:
    """Return the presence_facts of the three sensors; see registry."""
    ages = [heard.get(name, 1.0) for name in ("air_1", "air_2", "loop_1")]
    at = pd.Timestamp(NOW) - pd.to_timedelta(pd.Series(ages), unit="s")
    return pd.DataFrame(
        {
            "sensor_id": ["air-1", "air-2", "loop-1"], "status": "unknown", "status_at": pd.NaT, "rival_at": pd.NaT,
            "registered_at": pd.Timestamp(NOW - timedelta(days=30)), "heard_at": at,
            "reporting_since": at, "interval_seconds": 60.0, "clock_skew_seconds": float("nan"),
        }
    )  # fmt: skip


def latest(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Rows are (sensor, metric, value, age in seconds)."""
    filled = [
        (number, sensor, metric, NOW - timedelta(seconds=age), value, 1, NOW - timedelta(seconds=age))
        for number, (sensor, metric, value, age) in enumerate(rows, 1)
    ]
    frame = pd.DataFrame(filled, columns=LATEST_COLUMNS)
    return frame.astype({"time": "datetime64[us, UTC]", "received_at": "datetime64[us, UTC]"})


def alerts(*changes: dict[str, Any]) -> list[OpenAlert]:
    """Return open alerts on air-1, opened now, in the order given."""
    now = {"opened_at": NOW, "detected_at": NOW, "value_time": NOW}
    return [shown_alert(**now | change) for change in changes]
