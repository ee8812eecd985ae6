"""What lists, panels and the API say of an alert's numbers: the unit of each is that of what it is."""

from typing import Any
from zoneinfo import ZoneInfo

from alerts.measures import Quantity
from cityops.catalogue import Catalogue
from dashboard import texts
from dashboard.city.alerts.alert_numbers import alert_numbers
from dashboard.pages.desk import alert_formatter, panel_facts
from tests.alert_samples import shown_alert
from tests.unit.dashboard import samples

SILENCE: dict[str, Any] = {
    "quantity": Quantity.DURATION, "trigger_value": 184.0, "limit_value": 180.0, "value": 2.0, "metric": "gas_lel",
}  # fmt: skip
STORM: dict[str, Any] = {
    "quantity": Quantity.RAINFALL, "window_seconds": 10_800.0, "trigger_value": 58.1, "limit_value": 50.0,
    "value": 20.0,
}  # fmt: skip
FAULT: dict[str, Any] = {"quantity": Quantity.NONE, "trigger_value": None, "limit_value": None}


def numbers(catalogue: Catalogue, **changes: Any) -> Any:
    alert = shown_alert(**changes)
    return alert_numbers(alert, catalogue.metric[alert.metric])


def test_the_newest_reading_is_the_value_of_an_alert_on_readings(catalogue: Catalogue) -> None:
    found = numbers(catalogue)

    assert (found.value_text, found.limit_text, found.unit) == ("181 µg/m³", "150 µg/m³", "µg/m³")


def test_silence_is_told_in_seconds_and_never_in_the_unit_of_the_detector(catalogue: Catalogue) -> None:
    found = numbers(catalogue, **SILENCE)

    assert (found.value, found.limit, found.trigger, found.unit) == ("184", "180", "184", "s")
    assert (found.value_text, found.limit_text, found.reading) == ("3 min 4 s", "3 min", "2.0 %LEL")


def test_a_rainstorm_is_told_in_millimetres_with_its_window(catalogue: Catalogue) -> None:
    found = numbers(catalogue, **STORM | {"metric": "rain_rate"})

    assert (found.value, found.limit, found.unit) == ("58.1", "50.0", "mm")
    assert (found.value_text, found.limit_text, found.reading) == ("58.1 mm / 3 h", "50.0 mm / 3 h", "20.0 mm/h")


def test_a_fault_has_no_numbers(catalogue: Catalogue) -> None:
    found = numbers(catalogue, **FAULT)

    assert [found.value, found.limit, found.trigger, found.limit_text, found.unit] == [None, None, None, None, ""]


def test_a_value_that_rounds_to_zero_has_no_sign(catalogue: Catalogue) -> None:
    found = numbers(catalogue, metric="temperature", value=-0.04, limit_value=-0.0)

    assert (found.value_text, found.limit_text) == ("0.0 °C", "0.0 °C")


def test_the_panel_says_the_unit_of_the_limit(catalogue: Catalogue) -> None:
    ink = alert_formatter.AlertFormatter(texts.speaker("en"), "en", ZoneInfo("Asia/Shanghai"), catalogue)

    drawn = str(panel_facts.facts(shown_alert(**SILENCE, stale_since=samples.NOW), ink))

    assert "Limit 3 min · Raised at 3 min 4 s" in drawn
    assert "184" not in drawn
