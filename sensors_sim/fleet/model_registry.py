"""What every kind of device measures, by model."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sensors_sim.land.sites import Sites
from sensors_sim.models import air, emergency, river, sound, traffic, weather
from sensors_sim.models.weather import Weather
from sensors_sim.time_grid import Moments

Model: TypeAlias = Callable[[Moments, Sites, Weather], dict[str, NDArray[np.float64]]]

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
