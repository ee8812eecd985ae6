"""The numbers of alerts have the unit of what they are, whatever metric the alert hangs on."""

from typing import get_args

import pytest

from alerts.conditions import Condition, Fault, Flat, Missing, Rainstorm, Rate, Repeated
from alerts.detection import timed
from alerts.detection.alert_change import AlertChange
from alerts.detection.condition_state import ConditionKey
from alerts.detection.detect import combine, conclude
from alerts.lifecycle import Event
from alerts.measures import Measure, Quantity, write_duration
from alerts.rules.rule_files import load_rules
from cityops.catalogue import load_catalogue
from cityops.standards.rain import Fallen
from cityops.standards.warnings import Colour
from tests.unit.alerts.samples import ABOVE, City, a_rule, limit, row
from tests.unit.alerts.test_places import city, flood
from tests.unit.alerts.test_timed import MOMENT, STANDARDS, A, ago

CATALOGUE = load_catalogue()
BUILT_IN = {rule.id: rule for rule in load_rules(CATALOGUE)}


def test_every_condition_says_what_it_measures() -> None:
    assert all(hasattr(condition, "measure") for condition in get_args(Condition))


@pytest.mark.parametrize(
    ("rule_id", "metric", "unit"),
    [
        ("gas-leak", "gas_lel", "%LEL"),
        ("noise-roadside-night", "leq", "dB(A)"),
        ("flood-red", "water_level", "m"),
        ("gas-cloud", "gas_lel", "%LEL"),
        ("fire-confirmed", "smoke", "%/m"),
        ("gas-rise", "gas_lel", "%LEL / min"),
        ("underpass-rise", "water_depth", "cm / 5 min"),
        ("flood-developing", "water_level", "m / 30 min"),
        ("vibration-repeated", "vibration", "times"),
        ("sensor-offline", "gas_lel", "s"),
        ("gas-stuck", "gas_lel", "s"),
        ("rainstorm-orange", "rain_rate", "mm"),
        ("aqi-heavy", "pm25", ""),
        ("tpi-heavy", "speed", ""),
        ("rule-fault", "gas_lel", ""),
    ],
)
def test_a_limit_has_the_unit_of_its_condition(rule_id: str, metric: str, unit: str) -> None:
    assert BUILT_IN[rule_id].when.measure.unit(CATALOGUE.metric[metric].unit) == unit


@pytest.mark.parametrize(
    ("measure", "value", "words"),
    [
        (Measure(), 20.04, "20.0 %LEL"),
        (Measure(), -0.04, "0.0 %LEL"),
        (Measure(Quantity.CHANGE, 3600), 0.3, "0.3 %LEL / h"),
        (Measure(Quantity.DURATION), 180, "3 min"),
        (Measure(Quantity.RAINFALL, 10_800), 50, "50.0 mm / 3 h"),
        (Measure(Quantity.AQI), 212, "AQI 212"),
        (Measure(Quantity.TPI), 8.25, "TPI 8.2"),
        (Measure(Quantity.COUNT, 1800), 3, "3× / 30 min"),
    ],
)
def test_a_number_is_written_with_its_unit(measure: Measure, value: float, words: str) -> None:
    assert measure.phrase(value, "%LEL", 1) == words


def test_a_time_is_written_in_its_two_largest_units() -> None:
    assert [write_duration(seconds) for seconds in (-0.4, 119, 184, 7200, 90_061, -3660)] == [
        "0 s",
        "119 s",
        "3 min 4 s",
        "2 h",
        "1 d 1 h",
        "-1 h 1 min",
    ]


def _raised(rule_when: Missing | Flat | Rainstorm, sight: timed.TimedResult) -> AlertChange:
    found = conclude(
        a_rule(rule_when), sight.holding, {}, values=sight.values, moment=MOMENT, over="", bounds=sight.bounds
    )
    return next(change for change in found.changes if change.event is Event.RAISE)


def test_silence_is_seconds_and_its_limit_that_of_the_device() -> None:
    when = Missing(seconds=180, intervals=3)

    change = _raised(when, timed.missing(when, [(A, ago(400), 120.0)], listening_since=0, now=MOMENT))

    assert (change.value, change.limit, change.measured) == (400, 360, Measure(Quantity.DURATION))


def test_a_stuck_value_is_the_time_and_not_the_value() -> None:
    when = Flat(metric="pm25", seconds=600)

    change = _raised(when, timed.flat(when, [(A, timed.Still(42, moved=False, stood=True))]))

    assert (change.value, change.limit, change.measured) == (600, 600, Measure(Quantity.DURATION))


def test_a_rainstorm_is_the_rain_and_the_limit_of_the_window_that_decided() -> None:
    when = Rainstorm(colour=Colour.ORANGE)

    fallen = {hours: Fallen(rain, hours * 3600) for hours, rain in {3: 58.0, 6: 61.0, 12: 70.0}.items()}

    change = _raised(when, timed.storm(when, [(A, timed.Rain(fallen, fresh=True))], standards=STANDARDS))

    assert (change.value, change.limit, change.measured) == (58, 50, Measure(Quantity.RAINFALL, 3 * 3600))


def test_a_repetition_is_how_often() -> None:
    here = City(a_rule(Repeated(of=limit(), times=2, seconds=600)))

    found = here.hear(*(row(value, second) for value, second in ((30, -90), (1, -60), (31, -30))))

    assert [(one.value, one.limit, one.measured.quantity) for one in found.changes] == [(2, 2, Quantity.COUNT)]
    assert found.changes[0].reason == "gas_lel passed its limit 2 times within 600 s, at least 2"


def test_a_rate_is_a_change_within_its_window() -> None:
    here = City(a_rule(Rate(metric="gas_lel", direction=ABOVE, change=5, seconds=60, clear=2)))

    found = here.hear(row(3, -30), row(9, -10))

    assert [(one.value, one.limit, one.measured) for one in found.changes] == [(6, 5, Measure(Quantity.CHANGE, 60))]


def test_a_composite_that_a_rate_leads_shows_no_reading_as_a_change() -> None:
    here = city(flood())
    here.hear(row(2.0, -900, series=20), row(2.4, -600, series=20), row(15, -600, series=10))
    signs = {key: course for key, course in here.courses.items() if key.part}

    found = combine(here.plan, ["flood"], signs, values={20: 2.4}, moment=MOMENT)

    assert [(one.value, one.measured) for one in found.changes] == [(0.3, Measure(Quantity.CHANGE, 1800))]


def test_a_fault_compares_nothing() -> None:
    found = conclude(a_rule(Fault()), {1: "rule x was switched off"}, {}, values={}, moment=MOMENT, over="")

    assert found.changes[0].measured.quantity is Quantity.NONE
    assert ConditionKey("gas", 0, 1) in found.courses
