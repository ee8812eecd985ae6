"""What only time can tell: silence, values that do not move, indices over minutes and hours."""

import pytest

from alerts.conditions import Aqi, Flat, Missing, Rainstorm, Tpi, Unheard
from alerts.detection import timed
from alerts.detection.condition_state import ConditionKey, ConditionState, Phase
from alerts.detection.detect import conclude
from alerts.detection.timed import Rain, Still, TimedSeries
from alerts.lifecycle import Event
from cityops.catalogue import load_catalogue
from cityops.clock import microseconds
from cityops.standards.aqi_tables import Edition
from cityops.standards.rain import Fallen
from cityops.standards.tables import load_standards
from cityops.standards.traffic import Passages
from cityops.standards.warnings import Colour
from tests.unit.alerts.samples import NOW, a_rule

STANDARDS = load_standards()
OLD, NEW = Edition.HJ_633_2012, Edition.HJ_633_2026
SECOND = 1_000_000
MOMENT = microseconds(NOW)
A, B, C = (TimedSeries(number, f"S-{number}", "air_station", "990101001") for number in (1, 2, 3))
CLEAN = {"so2": 10.0, "no2": 20.0, "co": 0.5, "o3": 60.0, "pm10": 30.0, "pm25": 20.0}


def ago(seconds: float) -> int:
    return MOMENT - round(seconds * SECOND)


def test_a_silent_sensor_is_missed_after_its_time() -> None:
    heard = [(A, ago(299), 60.0), (B, ago(300), 60.0), (C, ago(5), 60.0)]

    sight = timed.missing(Missing(seconds=300), heard, listening_since=0, now=MOMENT)

    assert sight.holding == {2: "S-2 has not been heard for 300 s"}
    assert sight.clearing == {1, 3}


def test_a_slow_sensor_has_more_time() -> None:
    heard = [(A, ago(900), 15.0), (B, ago(900), 120.0)]

    sight = timed.missing(Missing(seconds=300, intervals=10), heard, listening_since=0, now=MOMENT)

    assert set(sight.holding) == {1}


def test_silence_counts_only_while_somebody_could_be_heard() -> None:
    """After an hour without broker, every sensor gets its time to report before it is missed."""
    heard = [(A, ago(3700), 60.0), (B, ago(10), 60.0)]

    def missed(listening: float) -> set[int]:
        return set(timed.missing(Missing(seconds=300), heard, listening_since=ago(listening), now=MOMENT).holding)

    assert missed(60) == set()
    assert missed(300) == {1}


def test_a_value_that_does_not_move() -> None:
    lately = [(A, Still(42, moved=False, stood=True)), (B, Still(42, moved=True, stood=False))]
    sight = timed.flat(Flat(metric="pm25", seconds=600), lately)

    assert sight.holding == {1: "pm25 of S-1 has been exactly 42 for 600 s"}
    assert sight.clearing == {2}


@pytest.mark.parametrize(("value", "held"), [(0.0, False), (0.1, True)])
def test_clean_air_is_no_stuck_gas_detector(value: float, held: bool) -> None:
    floor = load_catalogue().metric["gas_lel"].flat_above
    still = [(A, Still(value, moved=False, stood=True))]
    sight = timed.flat(Flat(metric="gas_lel", seconds=7200), still, floor=floor)

    assert bool(sight.holding) is held


def test_a_gap_in_the_data_is_no_movement() -> None:
    sight = timed.flat(Flat(metric="pm25", seconds=600), [(A, Still(42, moved=False, stood=False))])

    assert (sight.holding, sight.clearing) == ({}, set())


def test_a_station_has_the_level_of_its_index_and_no_other() -> None:
    stations = [(A, CLEAN), (B, CLEAN | {"pm25": 130.0})]

    def level(number: int) -> set[int]:
        return set(timed.air(Aqi(level=number), stations, NEW).holding)

    assert [level(number) for number in range(1, 7)] == [{1}, set(), set(), {2}, set(), set()]
    assert (
        timed.air(Aqi(level=4), stations, NEW).holding[2].startswith("AQI 172 of the last hour is Moderately polluted")
    )


def test_the_edition_is_that_of_the_hour() -> None:
    """PM2.5 of 75 is 114 by the edition of 2026, 100 by that of 2012, which needs no complete index either."""
    stations = [(A, CLEAN | {"pm25": 75.0}), (B, {"pm25": 40.0})]

    assert set(timed.air(Aqi(level=3), stations, NEW).holding) == {1}
    assert set(timed.air(Aqi(level=2), stations, OLD).holding) == {1, 2}


def test_pollutants_that_are_equal_are_named_together() -> None:
    found = timed.air(Aqi(level=2), [(A, CLEAN | {"pm25": 60.0, "pm10": 120.0})], NEW)

    assert found.holding[1].endswith("primary: pm10, pm25")


def test_an_index_that_may_not_be_published_raises_nothing() -> None:
    assert timed.air(Aqi(level=2), [(A, {"pm25": 40.0})], NEW).holding == {}


def test_an_index_is_not_over_because_a_pollutant_is_missing() -> None:
    """What is left says 120 or 45; but nobody measured the one that raised the alert."""
    stations: list[tuple[TimedSeries, dict[str, float | None]]]
    stations = [(A, {**CLEAN, "pm25": None, "o3": 230.0}), (B, {**CLEAN, "pm25": None}), (C, {**CLEAN})]

    assert timed.air(Aqi(level=4), stations, NEW).clearing == {3}


def test_an_index_is_over_where_all_that_the_station_has_is_measured() -> None:
    """A station that never had ozone gets NA up to 100, which is certainly no moderate pollution."""
    assert timed.air(Aqi(level=4), [(A, {name: CLEAN[name] for name in CLEAN if name != "o3"})], NEW).clearing == {1}


SILENT, EMPTY, QUEUE = Passages(), Passages(heard=15), Passages(stood=15, heard=15)


def speeds(*values: float | Passages) -> list[tuple[TimedSeries, Passages]]:
    """Return links with these speeds, or with what their detectors saw."""
    seen = [
        value if isinstance(value, Passages) else Passages(readings=15, slowness=15 / value, heard=15)
        for value in values
    ]
    return [(TimedSeries(10 + n, f"T-{n}", "traffic_detector", "990101001"), one) for n, one in enumerate(seen)]


def test_the_traffic_index_of_a_district_hangs_on_its_slowest_link() -> None:
    links = speeds(60, 50, 8, 40, 12, 55, 60, 45)  # 25 % heavily congested: above the table's end

    sight = timed.traffic(Tpi(level=5), links, own=[], standards=STANDARDS)

    assert sight.holding == {12: "TPI 10.0 in area 990101: 2 of 8 links heavily congested"}
    assert sight.clearing == {10, 11, 13, 14, 15, 16, 17}


def test_the_alert_of_a_district_stays_on_its_link() -> None:
    links = speeds(60, 50, 8, 40, 12, 55, 60, 45)

    assert set(timed.traffic(Tpi(level=5), links, own=[14], standards=STANDARDS).holding) == {14}
    assert 14 in timed.traffic(Tpi(level=5), speeds(60, 50, 40, 40, 50), own=[14], standards=STANDARDS).clearing


def test_a_district_with_few_detectors_has_no_index() -> None:
    assert timed.traffic(Tpi(level=5), speeds(5, 5), own=[], standards=STANDARDS).holding == {}


def test_an_empty_road_is_free_and_a_standing_queue_is_jammed() -> None:
    def words(*links: float | Passages) -> list[str]:
        return list(timed.traffic(Tpi(level=5), speeds(*links), own=[], standards=STANDARDS).holding.values())

    assert words(*[EMPTY] * 6) == []
    assert words(*[EMPTY] * 4, QUEUE, QUEUE) == ["TPI 10.0 in area 990101: 2 of 6 links heavily congested"]


def test_a_jam_is_not_over_because_its_detectors_are_silent() -> None:
    free, fell_silent = [50.0] * 6, [SILENT] * 3

    assert timed.traffic(Tpi(level=5), speeds(*free, *fell_silent), own=[16], standards=STANDARDS).clearing == set()
    assert 16 in timed.traffic(Tpi(level=5), speeds(*free, SILENT, 50), own=[16], standards=STANDARDS).clearing


def test_links_are_averaged_by_flow() -> None:
    """60 km/h of 900 vehicles and 10 km/h of 100: 40 km/h by flow, 17 by reading."""
    passages = Passages(vehicles=1000, travel=900 / 60 + 100 / 10, readings=2, slowness=1 / 60 + 1 / 10, heard=2)

    assert passages.speed == 40.0
    assert Passages(readings=2, slowness=1 / 30 + 1 / 60, heard=2).speed == pytest.approx(40.0)
    assert (QUEUE.speed, EMPTY.speed) == (0.0, None)


def rained(sums: dict[int, float], *, fresh: bool = True, covered: float = 1.0) -> Rain:
    """Return the rain of a station: millimetres by window, and the share of the windows that was measured."""
    return Rain({window: Fallen(value, covered * window * 3600) for window, value in sums.items()}, fresh)


def test_of_the_rainstorm_signals_the_highest_holds() -> None:
    def holds(colour: Colour) -> bool:
        stations = [(A, rained({3: 20.0, 6: 55.0, 12: 80.0}))]
        return bool(timed.storm(Rainstorm(colour=colour), stations, standards=STANDARDS).holding)

    assert [holds(colour) for colour in Colour] == [False, False, True, False]


def test_a_storm_is_not_over_because_the_data_ended() -> None:
    calm = {3: 40.0, 6: 40.0, 12: 40.0}
    stations = [
        (A, rained(calm, fresh=False)), (B, rained(calm, covered=0.3)), (C, rained(calm)),
    ]  # fmt: skip

    assert timed.storm(Rainstorm(colour=Colour.ORANGE), stations, standards=STANDARDS).clearing == {3}


def test_what_nobody_could_see_keeps_its_alert() -> None:
    """A station that sends nothing is neither in holding nor in clearing."""
    rule = a_rule(Aqi(level=4), kind="air_station")
    own = {
        ConditionKey("gas", 0, 1): ConditionState(Phase.ACTIVE, 0),
        ConditionKey("gas", 0, 2): ConditionState(Phase.ACTIVE, 0),
    }

    found = conclude(rule, {}, own, values={}, moment=MOMENT, over="over", clearing={2})

    assert [(change.series_id, change.event) for change in found.changes] == [(2, Event.CLEAR)]


def test_a_silence_in_which_nobody_listened_is_neither_an_alert_nor_the_end_of_one() -> None:
    for seconds in (300, 3700):
        sight = timed.missing(Missing(seconds=300), [(A, ago(seconds), 60.0)], listening_since=ago(60), now=MOMENT)
        assert (sight.holding, sight.clearing) == ({}, set())


def test_a_rule_that_names_no_intervals_counts_seconds_alone() -> None:
    assert Missing(seconds=5).longest(60) == 5
    assert Unheard(seconds=5, urgent=5).longest(60, is_urgent=False, is_refused=False) == 5
