from datetime import datetime, timedelta

import numpy as np
import pytest

from cityops.catalogue import load_catalogue
from sensors_sim import noise
from sensors_sim.models import sound, traffic
from sensors_sim.publishing.past_reports import past_reports
from sensors_sim.story.simulation import Simulation
from sensors_sim.time_grid import Moments
from tests.unit.sensors_sim.conftest import START, ZONE

# The limits of the default alert rules, which a quiet city must stay clear of.
LIMITS = {
    ("gas_detector", "gas_lel"): (-np.inf, 20),
    ("smoke_detector", "smoke"): (-np.inf, 10),
    ("underpass_gauge", "water_depth"): (-np.inf, 15),
    ("traffic_detector", "speed"): (15, np.inf),
    ("air_station", "pm25"): (-np.inf, 115),
    ("noise_meter", "leq"): (-np.inf, 85),
    ("river_gauge", "water_level"): (-np.inf, 4.5),
    ("manhole", "tilt"): (-np.inf, 10),
    ("hydrant", "water_pressure"): (0.10, np.inf),
    ("crowd_counter", "crowd_density"): (-np.inf, 5),
    ("weather_station", "temperature"): (-np.inf, 37),
    ("road_weather", "visibility"): (200, np.inf),
}


def a_day(simulation: Simulation, kind: str, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Return local hour and value over the day before START, which is a Tuesday from 8 to 24."""
    reports = past_reports(simulation, simulation.fleets[kind], START.timestamp() - 86400, START.timestamp(), 600)
    hour = np.mod(reports.milliseconds / 3_600_000 + 8, 24)
    return hour, reports.values[metric]


def at(hours: np.ndarray, values: np.ndarray, start: float, end: float) -> float:
    return float(values[(hours >= start) & (hours < end)].mean())


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_a_quiet_week_stays_clear_of_every_alert_limit(quiet: Simulation, month: int) -> None:
    end = datetime(2026, month, 15, tzinfo=ZONE).timestamp()
    for (kind, metric), (low, high) in LIMITS.items():
        values = past_reports(quiet, quiet.fleets[kind], end - 7 * 86400, end, 1800).values[metric]

        assert np.isfinite(values).all()
        assert low < values.min(), (kind, metric)
        assert values.max() < high, (kind, metric)


def test_every_value_is_plausible_and_every_metric_is_there(simulation: Simulation) -> None:
    catalogue = load_catalogue()
    start = START.timestamp()
    for reports in simulation.reports(start, start + 300):
        assert tuple(reports.values) == catalogue.kind[reports.fleet.kind].metrics
        for metric, values in reports.values.items():
            low, high = catalogue.metric[metric].plausible
            assert ((values >= low) & (values <= high)).all(), metric


def test_flow_speed_and_occupancy_agree(quiet: Simulation) -> None:
    """q = k·v, with k from occupancy and the vehicle length; 1 % is rounding."""
    fleet = quiet.fleets["traffic_detector"]
    reports = past_reports(quiet, fleet, START.timestamp() - 86400, START.timestamp(), 900)
    density = reports.values["occupancy"] * 10 / traffic.VEHICLE_LENGTH
    flow = density * reports.values["speed"] * fleet.sites.lanes[reports.device]

    assert reports.values["flow"] == pytest.approx(flow, rel=0.01)


def test_flow_is_greatest_at_the_critical_density() -> None:
    load = np.linspace(0.05, 2, 200)
    flow = traffic.from_loading(load, np.full(200, 60.0), np.full(200, 2.0))["flow"]

    assert load[flow.argmax()] == pytest.approx(1.0, abs=0.02)


def test_loading_at_a_speed_gives_that_speed_back() -> None:
    speeds, free = np.array([8.0, 30.0, 60.0]), np.full(3, 60.0)

    assert traffic.from_loading(traffic.loading_at(speeds, free), free, np.ones(3))["speed"] == pytest.approx(speeds)


def test_workdays_have_two_rush_hours_and_slow_traffic_in_them(quiet: Simulation) -> None:
    hour, speed = a_day(quiet, "traffic_detector", "speed")
    night = at(hour, speed, 2, 4)

    assert at(hour, speed, 7.5, 8.7) < 0.85 * night
    assert at(hour, speed, 17.5, 18.7) < 0.85 * night
    assert at(hour, speed, 14.5, 15.5) > at(hour, speed, 17.5, 18.7)


def test_sunday_morning_has_no_rush_hour() -> None:
    sunday, monday = (datetime(2026, 7, day, 8, 5, tzinfo=ZONE).timestamp() for day in (5, 6))
    busy = traffic.demand(Moments(np.array([sunday, monday]), 8 * 3600.0))

    assert busy[0] < 0.5 * busy[1]


def test_ozone_peaks_after_noon_and_nitrogen_dioxide_in_the_rush_hours(quiet: Simulation) -> None:
    hour, ozone = a_day(quiet, "air_station", "o3")
    _, nitrogen = a_day(quiet, "air_station", "no2")

    assert at(hour, ozone, 13, 16) > 1.5 * at(hour, ozone, 4, 6)
    assert at(hour, nitrogen, 7.5, 9) > 1.3 * at(hour, nitrogen, 13.5, 15.5)


def test_fine_and_coarse_particles_rise_together(quiet: Simulation) -> None:
    _, fine = a_day(quiet, "air_station", "pm25")
    _, coarse = a_day(quiet, "air_station", "pm10")

    assert np.corrcoef(fine, coarse)[0, 1] > 0.85
    assert (coarse > fine).all()


def test_nights_are_quieter_and_cooler(quiet: Simulation) -> None:
    hour, level = a_day(quiet, "noise_meter", "leq")
    day, warmth = a_day(quiet, "weather_station", "temperature")

    assert at(hour, level, 8, 20) > at(hour, level, 1, 4) + 4
    assert at(day, warmth, 13, 16) > at(day, warmth, 3, 6) + 3


def test_two_equal_sounds_are_three_decibels_louder() -> None:
    assert sound.add_levels(np.array([60.0]), np.array([60.0]))[0] == pytest.approx(63.01, abs=0.01)


def test_a_river_rises_after_rain_and_not_before(quiet: Simulation) -> None:
    """Over a year the level follows the rain of the hours before better than the rain of the hours after."""
    sites = quiet.fleets["river_gauge"].sites.take(np.zeros(8760, dtype=np.int64))
    times = START.timestamp() + 3600.0 * np.arange(8760)
    moments = Moments(np.asarray(times, dtype=np.float64), 8 * 3600.0)
    wet = quiet.weather.wetness(moments, sites, memory=3 * 3600.0)
    earlier = quiet.weather.rain(moments.before(3 * 3600.0), sites)
    later = quiet.weather.rain(moments.before(-3 * 3600.0), sites)

    assert earlier.max() > 3
    assert np.corrcoef(wet, earlier)[0, 1] > np.corrcoef(wet, later)[0, 1] + 0.1


def test_rain_moves_across_the_city_from_west_to_east(quiet: Simulation) -> None:
    sites = quiet.fleets["weather_station"].sites
    west, east = int(sites.x.argmin()), int(sites.x.argmax())
    way = (sites.x[east] - sites.x[west]) + 0.35 * (sites.y[east] - sites.y[west])
    lag = way / 0.006
    times = np.asarray(START.timestamp() + 600.0 * np.arange(20_000), dtype=np.float64)
    first = quiet.weather.rain(Moments(times, 0.0), sites.take(np.full(20_000, west)))
    second = quiet.weather.rain(
        Moments(np.asarray(times + lag, dtype=np.float64), 0.0), sites.take(np.full(20_000, east))
    )

    assert first.max() > 1
    assert second == pytest.approx(first)


def test_noise_does_not_depend_on_what_else_is_asked() -> None:
    keys = np.array([1, 2, 3], dtype=np.uint64)
    times = np.array([1e9, 1e9 + 1, 1e9 + 2])

    alone = [noise.rough(keys[i : i + 1], times[i : i + 1], 600.0)[0] for i in range(3)]

    assert noise.rough(keys, times, 600.0).tolist() == alone


def test_noise_is_smooth_across_its_knots_and_stays_within_one() -> None:
    times = np.arange(0, 100_000, 1.0)
    values = noise.rough(np.array([9], dtype=np.uint64), times, 600.0)

    assert np.abs(values).max() <= 1
    assert np.abs(np.diff(values)).max() < 0.03
    assert values.std() > 0.2


def test_model_time_runs_faster_and_stamps_stay_real() -> None:
    fast = Simulation.make(load_catalogue(), ZONE, seed=7, sensors=24, start=START, speed=60.0)
    later = START + timedelta(seconds=60)

    moments = fast.clock.moments(np.array([later.timestamp()]))
    stamps = [stamp for part in fast.reports(START.timestamp(), later.timestamp()) for stamp in part.milliseconds]

    assert moments.time[0] == (START + timedelta(hours=1)).timestamp()
    assert START.timestamp() * 1000 <= min(stamps)
    assert max(stamps) <= later.timestamp() * 1000
