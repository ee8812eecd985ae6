"""Units are converted to the catalogue's; what cannot be converted is refused by name."""

import pytest

from cityops.catalogue import load_catalogue
from ingest.checks.units import _QUANTITIES, _QUANTITY_OF, convert
from ingest.errors import Undecodable


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        (61, "ug/m3", "µg/m³", 61),
        (0.061, "mg/m3", "µg/m³", 61),
        (1500, "ug/m3", "mg/m³", 1.5),
        (8.5, "mg/L", "mg/L", 8.5),
        (8500, "ug/L", "mg/L", 8.5),
        (273.15, "K", "°C", 0),
        (20, "Cel", "°C", 20),
        (36, "km/h", "m/s", 10),
        (10, "m/s", "km/h", 36),
        (0.002, "m/s", "mm/s", 2),
        (0.00001, "m/s", "mm/h", 36),
        (5, "mm/h", "mm/h", 5),
        (55, "%RH", "%", 55),
        (0.55, "/", "%", 55),
        (101325, "Pa", "hPa", 1013.25),
        (101.325, "kPa", "hPa", 1013.25),
        (300, "kPa", "MPa", 0.3),
        (63.4, "dB", "dB(A)", 63.4),
        (1.2, "m", "cm", 120),
        (3.141592653589793, "rad", "°", 180),
        (7200, "m3/h", "m³/s", 2),
        (2, "1/min", "veh/h", 120),
    ],
)
def test_a_value_is_given_in_the_catalogues_unit(value: float, unit: str, wanted: str, expected: float) -> None:
    assert convert(value, unit, wanted) == pytest.approx(expected, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("unit", "wanted"),
    [("ppm", "µg/m³"), ("m", "°C"), ("%RH", "µg/m³"), ("", "%"), ("UG/M3", "µg/m³"), ("veh/h", "pers/h"),
     ("%LEL", "%"), ("dB", "%")],
)  # fmt: skip
def test_an_unknown_or_incompatible_unit_is_refused(unit: str, wanted: str) -> None:
    with pytest.raises(Undecodable) as caught:
        convert(1, unit, wanted)

    assert caught.value.field == "u"
    assert wanted in caught.value.reason


def test_a_citys_own_unit_is_understood_as_it_is_spelled() -> None:
    assert convert(7, "Bq/m³", "Bq/m³") == 7


def test_every_unit_of_the_catalogue_has_a_quantity() -> None:
    assert {metric.unit for metric in load_catalogue(chosen=["all"]).metric.values()} <= set(_QUANTITY_OF)


ALIKE = [
    (one, other)
    for name, units in _QUANTITIES.items()
    for one in units
    for other in units
    if {one, other} != {"veh/h", "pers/h"}
]


@pytest.mark.parametrize(("unit", "wanted"), ALIKE)
def test_every_unit_is_converted_there_and_back_and_only_temperatures_begin_elsewhere(unit: str, wanted: str) -> None:
    there = convert(7.5, unit, wanted)

    assert there > 0 or "K" in (unit, wanted)
    assert convert(there, wanted, unit) == pytest.approx(7.5, rel=1e-9)
    assert convert(0, unit, wanted) == 0 or "K" in (unit, wanted)
