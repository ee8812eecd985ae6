from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cityops.catalogue import Catalogue, load_catalogue
from sensors_sim.land.city import CityLand, make_city
from sensors_sim.story.simulation import Simulation

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 7, 1, 8, 0, tzinfo=ZONE)  # a Wednesday


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def city() -> CityLand:
    return make_city(7)


@pytest.fixture(scope="session")
def simulation(catalogue: Catalogue) -> Simulation:
    return Simulation.make(catalogue, ZONE, seed=7, sensors=500, start=START)


@pytest.fixture(scope="session")
def quiet(catalogue: Catalogue) -> Simulation:
    return Simulation.make(catalogue, ZONE, seed=7, sensors=500, start=START, incidents=False)
