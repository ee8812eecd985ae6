"""Rules that combine signs: over kinds and domains, and over many sensors of one kind."""

from datetime import timedelta

from alerts.conditions import Composite, Rate, Sign, Spatial, Threshold
from alerts.conditions.places import Within
from alerts.detection.alert_change import DetectionResult
from alerts.detection.detect import combine
from alerts.detection.series_index import Series
from alerts.lifecycle import Event
from tests.unit.alerts.samples import ABOVE, NOW, City, a_rule, gas, limit, row

RAISE, CLEAR = Event.RAISE, Event.CLEAR
RAIN = Series(10, "W-10", "weather_station", "rain_rate", "990101001", 118.80, 31.90)
RIVER = Series(20, "R-20", "river_gauge", "water_level", "990101002", 118.81, 31.90, first=True)
ELSEWHERE = Series(21, "R-21", "river_gauge", "water_level", "990102001", 118.99, 31.90, first=True)
WET = Sign(kind="weather_station", when=Threshold(metric="rain_rate", direction=ABOVE, limit=10, clear=2))
RISING = Sign(kind="river_gauge", when=Rate(metric="water_level", direction=ABOVE, change=0.3, seconds=1800, clear=0.1))


def flood(within: Within = Within.AREA, radius_km: float | None = None) -> Composite:
    return Composite(signs=(RISING, WET), within=within, radius_km=radius_km)


def city(composite: Composite, on_delay: float = 0) -> City:
    rule = a_rule(composite, name="flood", kind="river_gauge", on_delay=on_delay)
    return City(rule, series=[RAIN, RIVER, ELSEWHERE])


def turns(findings: DetectionResult) -> list[tuple[Event, int]]:
    return [(change.event, change.series_id) for change in findings.changes]


def test_rain_and_a_rising_river_in_one_district_are_an_alert_on_the_river() -> None:
    here = city(flood())

    assert turns(here.hear(row(2.0, -900, series=20), row(2.4, -600, series=20))) == []
    found = here.hear(row(15, -300, series=10))
    assert turns(found) == [(RAISE, 20)]
    assert found.changes[0].reason == "water_level at R-20 and rain_rate at W-10 hold together"
    assert turns(here.hear(row(5, -200, series=10))) == []
    assert turns(here.hear(row(1, -100, series=10))) == [(CLEAR, 20)]


def test_either_sign_may_come_first() -> None:
    here = city(flood())

    assert turns(here.hear(row(15, -900, series=10), row(2.0, -900, series=20))) == []
    assert turns(here.hear(row(2.4, -600, series=20))) == [(RAISE, 20)]


def test_one_sign_alone_or_in_another_district_is_none() -> None:
    here = city(flood())
    here.hear(row(15, -900, series=10))

    assert turns(here.hear(row(2.0, -800, series=21), row(2.4, -600, series=21))) == []


def test_a_sign_of_a_silent_sensor_raises_nothing_new() -> None:
    """It rained when the station was last heard. That the river rises now is no sign of both together."""
    here = city(flood())
    here.hear(row(15, -900, series=10), row(2.0, -900, series=20))

    assert turns(here.hear(row(2.4, -600, series=20), silent=[10])) == []


def test_an_alert_of_signs_stays_when_one_of_them_falls_silent() -> None:
    here = city(flood())
    here.hear(row(15, -900, series=10), row(2.0, -900, series=20), row(2.4, -600, series=20))

    assert turns(here.hear(row(2.8, -300, series=20), silent=[10])) == []
    assert turns(here.hear(row(1, -100, series=10))) == [(CLEAR, 20)]


def test_many_of_a_kind_count_only_while_they_are_heard() -> None:
    def leak() -> City:
        return City(a_rule(Spatial(of=limit(), least=3, radius_km=1)), series=[gas(number) for number in (1, 2, 3)])

    three = [row(30, -60), row(30, -50, series=2)]
    there, new = leak(), leak()
    there.hear(*three, row(30, -40, series=3))
    new.hear(*three)

    assert turns(new.hear(row(30, -40, series=3), silent=[1])) == []
    assert turns(there.hear(row(31, -30, series=3), silent=[1, 2])) == []


def test_what_is_near_is_a_matter_of_the_rule() -> None:
    signs = [row(15, -900, series=10), row(2.0, -800, series=21), row(2.4, -600, series=21)]

    assert turns(city(flood(Within.CITY)).hear(*signs)) == [(RAISE, 21)]
    assert turns(city(flood(Within.RADIUS, 5)).hear(*signs)) == []
    assert turns(city(flood(Within.RADIUS, 20)).hear(*signs)) == [(RAISE, 21)]


def test_two_metrics_of_one_sensor() -> None:
    shaking = Series(1, "S-1", "structure_monitor", "vibration", "99", 118.8, 31.9, first=True)
    leaning = Series(2, "S-1", "structure_monitor", "tilt", "99", 118.8, 31.9)
    other = Series(3, "S-3", "structure_monitor", "tilt", "99", 118.8, 31.9)
    signs = tuple(Sign(kind="structure_monitor", when=limit(metric, ABOVE, 10, 5)) for metric in ("vibration", "tilt"))
    rule = a_rule(Composite(signs=signs, within=Within.SENSOR), kind="structure_monitor")
    here = City(rule, series=[shaking, leaning, other])

    assert turns(here.hear(row(12, -9), row(12, -8, series=3))) == []
    assert turns(here.hear(row(12, -7, series=2))) == [(RAISE, 1)]


def test_signs_of_two_workers_are_combined_by_the_clock() -> None:
    """Neither saw the other's sign; watch combines what both have stored."""
    here = city(flood())
    wet, rising = city(flood()), city(flood())
    wet.hear(row(15, -900, series=10))
    rising.hear(row(2.0, -900, series=20), row(2.4, -600, series=20))
    stored = wet.courses | rising.courses
    moment = int(NOW.timestamp() * 1e6)

    found = combine(here.plan, ["flood"], stored, values={20: 2.4}, moment=moment)

    assert turns(found) == [(RAISE, 20)]
    assert found.changes[0].value == 0.3  # the rise of the leading sign, at least; no water level


# ---- k of n sensors within r km


def cloud(*places: tuple[float, float]) -> list[Series]:
    """Return gas detectors at places east and north of a corner, in km."""
    return [gas(n + 1, lon=118.8 + x / 94.4, lat=31.9 + y / 111.2) for n, (x, y) in enumerate(places)]


SPREAD = a_rule(Spatial(of=limit(at=10, clear=8), least=3, radius_km=0.5), name="cloud")


def test_three_detectors_close_together_are_one_alert_at_their_middle() -> None:
    here = City(SPREAD, series=cloud((0, 0), (0.3, 0), (0.6, 0), (5, 5)))

    assert turns(here.hear(row(12, -9, series=1), row(12, -8, series=3), row(30, -8, series=4))) == []
    found = here.hear(row(12, -7, series=2))
    assert turns(found) == [(RAISE, 2)]
    assert found.changes[0].reason == "gas_lel on 3 sensors within 0.5 km: G-1, G-2, G-3"


def test_the_alert_stays_where_it_is_while_the_cloud_grows_and_ends_when_it_is_gone() -> None:
    here = City(SPREAD, series=cloud((0, 0), (0.3, 0), (0.6, 0), (0.7, 0), (0.75, 0)))
    here.hear(*(row(12, -9, series=n) for n in (1, 2, 3)))

    assert turns(here.hear(row(12, -8, series=4), row(12, -8, series=5))) == []
    assert turns(here.hear(row(1, -7, series=1), row(1, -7, series=3))) == []  # 2, 4 and 5 are left
    assert turns(here.hear(row(1, -6, series=4))) == [(CLEAR, 2)]


def test_two_clouds_are_two_alerts() -> None:
    here = City(SPREAD, series=cloud((0, 0), (0.1, 0), (0.2, 0), (9, 0), (9.1, 0), (9.2, 0)))

    assert turns(here.hear(*(row(12, -9, series=n) for n in range(1, 7)))) == [(RAISE, 2), (RAISE, 5)]


def test_a_delay_of_the_whole_counts_from_when_all_signs_are_there() -> None:
    here = city(flood(), on_delay=120)
    here.hear(row(15, -900, series=10), row(2.0, -900, series=20), row(2.4, -600, series=20))

    assert turns(here.hear(row(2.5, -500, series=20))) == []
    assert turns(here.hear(row(16, -100, series=10))) == []  # nothing turned: the clock is watch's
    moment = int((NOW + timedelta(seconds=1)).timestamp() * 1e6)
    assert turns(combine(here.plan, ["flood"], here.courses, values={}, moment=moment)) == [(RAISE, 20)]
