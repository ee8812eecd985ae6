"""The city as layers of a map, and what is around a place."""

import json

import pandas as pd
import pytest

from cityops.catalogue import load_catalogue
from dashboard.city.alerts.nearby import resources_near
from dashboard.city.map.map_layers import alert_layer, area_layer, sensor_layer
from tests.unit.dashboard import samples

CATALOGUE = load_catalogue()
LATEST = samples.latest(
    ("air-1", "pm25", 35.0, 10),
    ("air-1", "leq", 60.0, 10),
    ("air-2", "pm25", 45.0, 10),
    ("loop-1", "speed", 40.0, 10),
)


def test_a_sensor_has_its_state_and_its_newest_values() -> None:
    layer = sensor_layer(samples.registry(air_2=86400), LATEST, catalogue=CATALOGUE, now=samples.NOW)

    row = layer.set_index("sensor").loc["air-1"]
    assert (row["name"], row["kind"], row["area"], row["state"]) == ("一号站", "air_station", "990101", "online")
    assert (row["metric"], row["value"]) == ("pm25", 35.0)
    assert json.loads(row["readings"]) == {"pm25": 35.0, "leq": 60.0}
    assert (row.geometry.x, row.geometry.y) == (119.05, 30.05)
    silent = layer.set_index("sensor").loc["air-2"]
    assert (silent["state"], bool(silent["fresh"])) == ("silent", False)


def test_a_sensor_that_never_said_anything_has_no_value() -> None:
    layer = sensor_layer(samples.registry(), samples.latest(), catalogue=CATALOGUE, now=samples.NOW)

    assert layer["value"].isna().all()
    assert layer["time"].isna().all()
    assert layer["readings"].tolist() == ["{}"] * 3


def test_an_area_counts_the_sensors_below_it_and_takes_the_mean_of_the_fresh() -> None:
    registry = samples.registry(air_2=86400)

    layer = area_layer(registry, LATEST, metrics=["pm25"], catalogue=CATALOGUE, now=samples.NOW).set_index("area")

    assert layer.loc["990100", ["sensors", "online", "dead"]].tolist() == [3, 2, 1]
    assert layer.loc["990102", ["sensors", "online", "dead"]].tolist() == [1, 0, 1]
    assert layer["pm25"].loc[["990100", "990101"]].tolist() == [35.0, 35.0]
    assert pd.isna(layer.loc["990102", "pm25"])  # of the dead nobody knows what they would say now
    assert layer["pm25_sensors"].tolist() == [1, 1, 0]


def test_the_mean_of_an_area_is_the_metrics_own() -> None:
    latest = samples.latest(("air-1", "leq", 60.0, 10), ("air-2", "leq", 70.0, 10))

    layer = area_layer(samples.registry(), latest, metrics=["leq"], catalogue=CATALOGUE, now=samples.NOW)

    assert layer["leq"].tolist()[0] == pytest.approx(67.4, abs=0.05)  # dB: of energies


def test_open_alerts_are_points_in_their_order() -> None:
    layer = alert_layer(samples.alerts({"severity": 1}, {"acknowledged": True, "alert_id": 8}))

    assert layer["alert_id"].tolist() == [7, 8]
    assert layer["waiting"].tolist() == [True, False]
    assert layer["severity"].tolist()[0] == 1
    assert alert_layer([]).empty


def test_what_is_around_a_place_are_key_places_and_devices() -> None:
    found = resources_near(samples.registry(), 119.05, 30.05, km=2, catalogue=CATALOGUE)

    assert [(place["kind"], place["zh"], place["km"]) for place in found["places"]] == [("hospital", "望湖医院", 0.0)]
    assert [(device["id"], device["km"]) for device in found["devices"]] == [
        ("air-1", 0.0),
        ("loop-1", pytest.approx(1.47, abs=0.01)),
    ]
