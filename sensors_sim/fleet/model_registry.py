"""What every kind of device measures, by model: its own physics, or the course that its domain describes."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cityops.catalogue import Catalogue
from sensors_sim.fleet.simulator_files import read_simulator_files
from sensors_sim.land.site_arrays import SiteArrays
from sensors_sim.models import air, course, emergency, river, sound, traffic, weather
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments

Model: TypeAlias = Callable[[Moments, SiteArrays, Weather], dict[str, NDArray[np.float64]]]

MODELS: dict[str, Model] = {
    "air_station": air.station,
    "weather_station": weather.station,
    "noise_meter": sound.meter,
    "river_gauge": river.gauge,
    "water_quality": river.quality,
    "traffic_detector": traffic.detector,
    "parking": traffic.parking,
    "road_weather": weather.road,
    "transit_counter": traffic.passengers,
    "gas_detector": emergency.gas,
    "smoke_detector": emergency.smoke,
    "underpass_gauge": emergency.underpass,
    "manhole": emergency.manhole,
    "hydrant": emergency.hydrant,
    "structure_monitor": emergency.structure,
    "crowd_counter": traffic.crowd,
}


def find_model(catalogue: Catalogue, kind: str) -> Model:
    """Return the model of a kind of the catalogue. Raises SimulatorFileError."""
    if kind in MODELS:
        return MODELS[kind]
    described = read_simulator_files(catalogue).kind.get(kind)
    courses = described.course if described else {}
    return course.make_model(
        {
            metric: courses.get(metric) or course.ordinary_course(catalogue.metric[metric])
            for metric in catalogue.kind[kind].metrics
        }
    )
