"""What lists, panels and the API say of an alert's numbers: the unit of each is that of what it is."""

from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from cityops.catalogue import Catalogue
from dashboard import texts
from dashboard.alert_numbers import alert_numbers, number_columns
from dashboard.pages.desk import panel
from tests.unit.dashboard import samples

SILENCE = {"quantity": "duration", "trigger_value": 184.0, "limit_value": 180.0, "value": 2.0, "metric": "gas_lel"}
STORM = {"quantity": "rainfall", "window_seconds": 10_800.0, "trigger_value": 58.1, "limit_value": 50.0, "value": 20.0}
FAULT = {"quantity": "none", "trigger_value": float("nan"), "limit_value": float("nan")}


def numbers(catalogue: Catalogue, **changes: Any) -> Any:
    alert = samples.ALERT | changes
    return alert_numbers(alert, catalogue.metric[str(alert["metric"])])


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


def test_columns_are_the_numbers_of_each_alert(catalogue: Catalogue) -> None:
    frame = samples.alerts({}, SILENCE, STORM | {"metric": "rain_rate"})

    assert number_columns(frame, catalogue)["unit"] == ["µg/m³", "s", "mm"]


def test_the_panel_says_the_unit_of_the_limit(catalogue: Catalogue) -> None:
    ink = panel.Ink(texts.speaker("en"), "en", ZoneInfo("Asia/Shanghai"), catalogue)
    life = {
        "stale": True,
        "stale_since": pd.Timestamp(samples.NOW),
        "told_at": pd.NaT,
        "untold": 0,
        "closed_at": pd.NaT,
    }
    rest = {"assigned_to": None, "suppressed_by": None, "escalation_level": 0, "ack_due": pd.NaT, "handle_due": pd.NaT}

    drawn = str(
        panel.facts(samples.ALERT | SILENCE | life | rest | {"lease_until": pd.NaT, "shelved_until": pd.NaT}, ink)
    )

    assert "Limit 3 min · Raised at 3 min 4 s" in drawn
    assert "184" not in drawn
