"""The same seed gives the same bytes on every machine, and a quiet week lies within what is measured in real cities."""

from datetime import datetime
from hashlib import sha256

import msgspec
import numpy as np
import pytest

from cityops.catalogue import Catalogue
from sensors_sim.land.city import CityLand, make_city
from sensors_sim.models import sound
from sensors_sim.publishing.past_reports import past_reports
from sensors_sim.publishing.publisher import live_messages
from sensors_sim.publishing.reading_messages import MessageFormat
from sensors_sim.story.simulation import Simulation
from tests.unit.sensors_sim.conftest import START, ZONE

T = START.timestamp()
MONDAY = datetime(2026, 7, 6, tzinfo=ZONE).timestamp()
# Written down once: another machine must come to the same bytes. They change only when the simulator does.
CITY_DIGEST = "f20dbab713e566534ef729612a106bc03eb6be1edbbea1ba086174b104f61d96"
MINUTE_DIGEST = "2ce3cccf2ce4a04134e95bbd12940ce7febab3fbdda89c833cc1eea3d2e92c08"


def digest_of_city(city: CityLand) -> str:
    return sha256(msgspec.json.encode([city.areas, city.features])).hexdigest()


def digest_of_minute(catalogue: Catalogue, seed: int) -> str:
    city = Simulation.make(catalogue, ZONE, seed=seed, sensors=100, start=START)
    found = sha256()
    for message in live_messages(city, T, T + 60, form=MessageFormat.JSON, pack=1):
        found.update(message.topic.encode() + b"\n" + message.payload + b"\n")
    return found.hexdigest()


def test_the_city_of_a_seed_is_the_same_everywhere(city: CityLand) -> None:
    assert digest_of_city(city) == CITY_DIGEST


def test_the_readings_of_a_seed_are_the_same_everywhere(catalogue: Catalogue) -> None:
    assert digest_of_minute(catalogue, 7) == MINUTE_DIGEST
    assert digest_of_minute(catalogue, 7) == MINUTE_DIGEST


def test_another_seed_is_another_city_with_other_readings(catalogue: Catalogue) -> None:
    assert digest_of_city(make_city(8)) != CITY_DIGEST
    assert digest_of_minute(catalogue, 8) != MINUTE_DIGEST


def week(quiet: Simulation, kind: str, metric: str, *, step: float = 900) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return device, local hours since Monday and value over a week of July."""
    reports = past_reports(quiet, quiet.fleets[kind], MONDAY, MONDAY + 7 * 86400, step)
    return reports.device, (reports.milliseconds / 1000 - MONDAY) / 3600, reports.values[metric]


def by_hour(hours: np.ndarray, values: np.ndarray, *, days: range) -> np.ndarray:
    """Return the mean of each hour of the day over these days of the week."""
    chosen = np.isin(hours // 24, list(days))
    return np.array([values[chosen & (hours % 24 // 1 == hour)].mean() for hour in range(24)])


def test_workdays_have_a_rush_hour_at_eight_and_at_eighteen(quiet: Simulation) -> None:
    """NCHRP Report 365, chapter 7: two peaks of 7 to 10 % of the day's traffic each, and a night below 2 %."""
    _, hours, flow = week(quiet, "traffic_detector", "flow")
    share = by_hour(hours, flow, days=range(5))
    share = share / share.sum()

    assert int(share[:12].argmax()) in (7, 8)
    assert 12 + int(share[12:].argmax()) in (17, 18)
    assert 0.06 < share[8] < 0.11
    assert 0.06 < share[18] < 0.11
    assert share[2:5].max() < 0.02


def test_weekends_begin_later_and_have_no_peak_at_eight(quiet: Simulation) -> None:
    _, hours, flow = week(quiet, "traffic_detector", "flow")
    rest, work = by_hour(hours, flow, days=range(5, 7)), by_hour(hours, flow, days=range(5))

    assert rest[8] < 0.6 * work[8]
    assert int(rest.argmax()) in range(10, 20)


def test_fine_particles_and_ozone_keep_to_the_day(quiet: Simulation) -> None:
    """Seinfeld and Pandis, chapters 6 and 18: ozone highest in the afternoon, particles then lowest.

    A summer week in the lower Yangtze: daily means of PM2.5 below GB 3095's 75 µg/m³, ozone below 300.
    """
    _, hours, ozone = week(quiet, "air_station", "o3")
    _, _, fine = week(quiet, "air_station", "pm25")
    _, _, coarse = week(quiet, "air_station", "pm10")

    assert int(by_hour(hours, ozone, days=range(7)).argmax()) in range(13, 17)
    assert int(by_hour(hours, fine, days=range(7)).argmin()) in range(12, 18)
    assert 10 < fine.mean() < 75
    assert ozone.max() < 300
    assert 0.4 < (fine / coarse).mean() < 0.8  # the ratio of Chinese cities lies at 0.5 to 0.7


def test_levels_of_noise_are_averaged_by_energy(quiet: Simulation) -> None:
    """GB 3096-2008: a day's level is the mean of energies, so it lies above the mean of decibels; 45 to 75 dB(A)."""
    _, hours, level = week(quiet, "noise_meter", "leq")
    day, night = ((hours % 24 >= start) & (hours % 24 < end) for start, end in ((6, 22), (0, 6)))
    energy = 10 * np.log10(np.mean(10 ** (level[day] / 10)))

    assert energy > level[day].mean() + 0.3
    assert 50 < energy < 72
    assert 10 * np.log10(np.mean(10 ** (level[night] / 10))) < energy - 4
    assert sound.add_levels(*[np.array([60.0])] * 10)[0] == pytest.approx(70)


def test_the_river_follows_the_rain_of_hours_before(quiet: Simulation) -> None:
    """Nash (1957): a linear reservoir of three hours; the level answers best to rain one to six hours old."""
    sites = quiet.fleets["river_gauge"].sites.take(np.zeros(4 * 24 * 60, dtype=np.int64))
    times = MONDAY + 900.0 * np.arange(4 * 24 * 60, dtype=np.float64)  # two months
    weather, clock = quiet.weather, quiet.clock
    wet = weather.wetness(clock.moments(times), sites, memory=3 * 3600.0)
    lags = np.arange(0, 13)
    fits = [np.corrcoef(wet, weather.rain(clock.moments(times - 3600.0 * lag), sites))[0, 1] for lag in lags]

    assert int(lags[int(np.argmax(fits))]) in range(1, 7)
    assert max(fits) > 0.6


def test_speed_falls_with_occupancy_and_flow_has_one_greatest_value(quiet: Simulation) -> None:
    """The fundamental diagram (Drake, Schofer and May, 1967), detector by detector."""
    device, _, speed = week(quiet, "traffic_detector", "speed")
    _, _, occupancy = week(quiet, "traffic_detector", "occupancy")
    fits = [np.corrcoef(speed[device == one], occupancy[device == one])[0, 1] for one in range(20)]

    assert max(fits) < -0.85
