"""Sensors as rows of the list and the API: how they are, what they said last, and in which order."""

from dataclasses import replace
from typing import Any

import pandas as pd

from cityops.catalogue import Catalogue
from cityops.clock import milliseconds
from dashboard.city.registry import Registry
from dashboard.city.sensor_rows import sensor_rows
from tests.unit.dashboard import samples

NOW = samples.NOW


def rows(catalogue: Catalogue, registry: Registry, latest: pd.DataFrame, language: str = "zh") -> dict[str, Any]:
    found = sensor_rows(registry, latest, catalogue=catalogue, now=NOW, language=language)
    return {row["id"]: row for row in found}


def test_a_row_says_what_a_sensor_is_and_what_it_said_last(catalogue: Catalogue) -> None:
    latest = samples.latest(("air-1", "pm25", 30.0, 5), ("air-1", "pm10", 50.0, 20), ("air-2", "pm10", 9.0, 90))
    found = rows(catalogue, samples.registry(air_1=5, air_2=90), latest)
    one = found["air-1"]

    assert (one["name"], one["kind"], one["domain"]) == ("一号站", "空气质量站", "environment")
    assert (one["area"], one["place"], one["lon"], one["lat"]) == ("990101", "望湖区", 119.05, 30.05)
    assert (one["status"], one["reason"]) == ("online", "reports")
    assert one["at"] == milliseconds(NOW) - 5000  # of its newest reading, whatever it measured
    assert one["value"] == "30 µg/m³"
    assert all(word in one["search"] for word in ("一号站", "air-1", "望湖区"))


def test_what_a_sensor_has_not_said_is_no_value_and_no_time(catalogue: Catalogue) -> None:
    never = float("nan")
    found = rows(catalogue, samples.registry(air_1=5, loop_1=never), samples.latest(("air-1", "pm10", 50.0, 5)))

    assert (found["air-1"]["value"], found["air-1"]["at"]) == (None, milliseconds(NOW) - 5000)  # not its headline
    assert (found["loop-1"]["value"], found["loop-1"]["at"]) == (None, None)
    assert found["loop-1"]["status"] == "never_reported"


def test_a_sensor_that_is_silent_says_since_when(catalogue: Catalogue) -> None:
    found = rows(catalogue, samples.registry(air_1=601), samples.latest(("air-1", "pm25", 30.0, 601)))["air-1"]

    assert (found["status"], found["reason"], found["since"]) == ("silent", "overdue", milliseconds(NOW) - 601_000)


def test_of_a_retired_sensor_nothing_is_expected_any_more(catalogue: Catalogue) -> None:
    registry = samples.registry()
    is_it = registry.sensors["sensor_id"] == "air-2"
    retired = registry.sensors.assign(
        retired_at=is_it.map({True: pd.Timestamp(NOW)}), retired_reason=is_it.map({True: "replaced"})
    )
    found = rows(catalogue, replace(registry, sensors=retired), samples.latest())

    told = found["air-2"]
    assert (told["status"], told["reason"], told["since"]) == ("retired", "replaced", milliseconds(NOW))
    assert found["air-1"]["status"] == "online"


def test_rows_stand_in_the_order_of_their_names_in_the_language_of_who_reads(catalogue: Catalogue) -> None:
    latest = samples.latest()
    for language in ("zh", "en"):
        found = sensor_rows(samples.registry(), latest, catalogue=catalogue, now=NOW, language=language)
        assert [row["name_order"] for row in found] == sorted(row["name_order"] for row in found)
        assert {row["place"] for row in found} == ({"望湖区", "东港区"} if language == "zh" else {"Wanghu", "Donggang"})
        kinds = {row["kind"]: row["kind_order"] for row in found}
        assert sorted(kinds.values()) == list(range(len(kinds)))  # alike kinds have one place


def test_a_kind_that_the_catalogue_has_no_more_is_called_by_its_code(catalogue: Catalogue) -> None:
    registry = samples.registry()
    found = rows(
        catalogue,
        replace(registry, sensors=registry.sensors.assign(kind="spell_meter")),
        samples.latest(("air-1", "pm25", 30.0, 5)),
    )

    assert (found["air-1"]["kind"], found["air-1"]["value"]) == ("spell_meter", None)
