"""What screens are told of the city."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.board.alarms import AlarmPolicy
from alerts.lifecycle import Suppression
from cityops.catalogue import Catalogue, Mean
from cityops.domains.index_functions import MetricAggregate
from cityops.standards.means import mean_of
from cityops.standards.tables import load_standards
from dashboard.city.board import draw_board
from dashboard.city.city_standing import draw_standing
from dashboard.city.indices import air_index
from dashboard.city.snapshot import draw_numbers, find_present
from dashboard.city.vitals.vital_weights import load_weights
from dashboard.live.feeds import KEPT, AreaFeed
from dashboard.theme import DotState
from tests.unit.dashboard import samples


def draw(catalogue: Catalogue, latest: Any, alerts: Any = None) -> dict[str, Any]:
    found = samples.alerts() if alerts is None else alerts
    registry, weights, now = samples.registry_of(latest), load_weights(catalogue), samples.NOW
    present = find_present(registry, latest, catalogue=catalogue, now=now)
    standing = draw_standing(
        registry,
        present,
        alerts=found,
        catalogue=catalogue,
        standards=load_standards(),
        weights=weights,
        now=now,
    )
    alarms = AlarmPolicy(ZoneInfo("Asia/Shanghai"))
    picture = standing | draw_numbers(present, catalogue=catalogue)
    return picture | draw_board(found, registry=registry, catalogue=catalogue, weights=weights, alarms=alarms, now=now)


def test_a_tile_is_the_mean_of_fresh_values_only(catalogue: Catalogue) -> None:
    picture = draw(catalogue, samples.latest(("air-1", "pm25", 30, 5), ("air-2", "pm25", 900, 500)))

    assert picture["tiles"]["pm25"]["text"] == "30"
    assert picture["tiles"]["pm25"]["stale"] is False


def test_a_tile_without_a_fresh_value_shows_the_old_one_as_stale(catalogue: Catalogue) -> None:
    tile = draw(catalogue, samples.latest(("air-1", "pm25", 30, 500)))["tiles"]["pm25"]

    measured = int((samples.NOW.timestamp() - 500) * 1000)
    assert tile == {"text": "30", "stale": True, "at": measured, "interval": 60, "lasts": 180}


def test_a_missing_value_is_absent_and_never_zero(catalogue: Catalogue) -> None:
    picture = draw(catalogue, samples.latest())

    assert picture["tiles"] == {}
    assert "pm25" not in picture["ranking"]["990101"]
    assert "received" not in picture


def test_the_dots_say_alert_stale_and_normal(catalogue: Catalogue) -> None:
    latest = samples.latest(("air-1", "pm25", 181, 5), ("loop-1", "speed", 40, 5))

    states = draw(catalogue, latest, samples.alerts({}))["states"]

    assert states == {"0": DotState.ORANGE, "1": DotState.STALE, "2": DotState.NORMAL}


def test_a_silent_sensor_is_grey_even_while_its_alert_is_open(catalogue: Catalogue) -> None:
    states = draw(catalogue, samples.latest(("air-1", "pm25", 181, 500)), samples.alerts({}))["states"]

    assert states["0"] == DotState.STALE


def test_counts_are_open_and_waiting_by_severity(catalogue: Catalogue) -> None:
    taken = {"alert_id": 8, "acknowledged": True, "acknowledged_by": "wang"}

    picture = draw(catalogue, samples.latest(), samples.alerts({}, taken))

    assert picture["counts"]["2"] == {"open": 2, "waiting": 1}
    assert picture["counts"]["1"] == {"open": 0, "waiting": 0}
    assert picture["alerts"]["8"]["by"] == "wang"
    assert "by" not in picture["alerts"]["7"]


def test_what_is_put_aside_waits_for_nobody_and_burdens_nobody(catalogue: Catalogue) -> None:
    shelved = {"alert_id": 8, "suppression": Suppression.SHELVED, "severity": 1, "sensor_id": "air-2"}
    latest = samples.latest(("air-1", "pm25", 30, 5))

    picture = draw(catalogue, latest, samples.alerts(shelved))

    assert picture["counts"]["1"] == {"open": 1, "waiting": 0}
    assert not picture["alerts"]["8"]["waiting"]
    assert "weight" not in picture["alerts"]["8"]
    assert picture["vitals"]["environment"]["score"] == 100
    assert picture["ranking"]["990101"]["score"] == 100


def test_what_moved_an_index_stands_beside_it(catalogue: Catalogue) -> None:
    environment = draw(catalogue, samples.latest(("air-1", "pm25", 30, 5)), samples.alerts({}))["vitals"]["environment"]

    assert environment["score"] == 93
    assert environment["level"] == "good"
    assert environment["causes"] == [{"zh": "PM2.5 重度污染", "en": "PM2.5 heavy", "value": "×1", "points": 7}]


def test_nothing_in_a_picture_is_none(catalogue: Catalogue) -> None:
    """None would remove the key in the browser."""

    def values(node: Any) -> list[Any]:
        return [leaf for child in node.values() for leaf in values(child)] if isinstance(node, dict) else [node]

    picture = draw(catalogue, samples.latest(("air-1", "pm25", 181, 5)), samples.alerts({"value": None}))

    assert None not in values(picture)


def test_online_counts_fresh_sensors_by_domain(catalogue: Catalogue) -> None:
    picture = draw(catalogue, samples.latest(("air-1", "pm25", 181, 5)))

    assert picture["online"] == {
        "environment": {"up": 1, "all": 2},
        "traffic": {"up": 0, "all": 1},
        "all": {"up": 1, "all": 3},
    }


@pytest.mark.parametrize(
    ("values", "mean", "expected"),
    [
        ([30, 60], Mean.HARMONIC, 40.0),
        ([30, 60, 0], Mean.HARMONIC, 40.0),
        ([60, 60], Mean.ENERGY, 60.0),
        ([50, 70], Mean.ENERGY, pytest.approx(67.03, abs=0.01)),
        ([1, 2], Mean.ARITHMETIC, 1.5),
        ([350, 10], Mean.VECTOR, 0.0),
        ([350, 10, 20], Mean.VECTOR, pytest.approx(6.705, abs=0.001)),
        ([170, 190], Mean.VECTOR, 180.0),
        ([0, 180], Mean.VECTOR, None),
        ([], Mean.ARITHMETIC, None),
        ([0], Mean.HARMONIC, None),
    ],
)
def test_means_follow_the_standard(values: list[float], mean: Mean, expected: float | None) -> None:
    assert expected == mean_of(values, mean)


def test_a_screen_gets_everything_first_then_each_step_and_everything_again_when_it_is_far_behind() -> None:
    view = AreaFeed("")
    view.show({"a": 1, "b": 1}, time=1000)
    assert '"whole":{"a":1,"b":1}' in view.text_after(0)[1]

    view.show({"a": 2, "b": 1}, time=2000)
    view.show({"a": 3, "b": 1}, time=3000)
    for behind, reached, said in ((1, 2, '"patch":{"a":2}'), (2, 3, '"patch":{"a":3}'), (0, 3, '"whole"')):
        number, text = view.text_after(behind)
        assert number == reached
        assert said in text

    for moment in range(KEPT):
        view.show({"a": moment, "b": 2}, time=moment)
    assert '"patch"' in view.text_after(3)[1]
    assert '"whole"' in view.text_after(2)[1]


def test_texts_are_made_once_for_all_screens() -> None:
    view = AreaFeed("")
    view.show({"a": 1}, time=1000)

    assert view.text_after(0)[1] is view.text_after(0)[1]


AIR = {"so2": 10.0, "no2": 20.0, "co": 0.5, "o3": 60.0, "pm10": 30.0, "pm25": 20.0}


def air(catalogue: Catalogue, **values: float) -> dict[str, Any]:
    shown: dict[str, Any] = draw(
        catalogue, samples.latest(*(("air-1", name, value, 5) for name, value in values.items()))
    )
    return shown


def test_an_index_that_may_not_be_published_is_na_with_what_is_missing(catalogue: Catalogue) -> None:
    picture = air(catalogue, **{name: value for name, value in AIR.items() if name != "pm25"})

    index = picture["indices"]["aqi"]
    assert (index["value"], index["zh"], index["note_zh"]) == ("NA", "不发布", "缺 PM2.5")
    assert picture["ranking"]["990101"]["aqi_na"] is True
    assert "aqi" not in picture["ranking"]["990101"]


def test_pollutants_that_are_equal_are_named_together(catalogue: Catalogue) -> None:
    index = air(catalogue, **AIR | {"pm25": 60.0, "pm10": 120.0})["indices"]["aqi"]

    assert (index["value"], index["primary_zh"], index["primary_en"]) == ("100", "PM10、PM2.5", "PM10, PM2.5")


def test_the_index_of_the_wall_is_rounded_once(catalogue: Catalogue) -> None:
    """61.45 is 61 by GB/T 8170, IAQI 101. Rounded to 61.5 first, it was 62 and 102."""
    assert air(catalogue, **AIR | {"pm25": 61.45})["indices"]["aqi"]["value"] == "101"


def test_a_recording_of_before_the_new_edition_is_judged_by_the_old_one() -> None:
    def index(moment: datetime) -> int | None:
        return air_index(
            {name: MetricAggregate(value, value, value) for name, value in {"pm25": 75.0}.items()}, moment
        ).value

    assert index(datetime(2026, 2, 1, tzinfo=UTC)) == 100
    assert index(datetime(2026, 4, 1, tzinfo=UTC)) == 114
