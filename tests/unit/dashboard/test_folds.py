"""Many values folded at once are the same means as one by one; speeds weigh by the flow beside them."""

import pandas as pd
import pytest

from cityops.catalogue import Catalogue
from cityops.road_links import speeds_of
from cityops.standards.means import mean_of
from dashboard.city.aggregates import fold, fold_by, weigh


def values(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["sensor_id", "metric", "value"])


def test_a_fold_is_the_mean_of_each_metric(catalogue: Catalogue) -> None:
    rows = values(
        ("a", "leq", 60), ("b", "leq", 70), ("a", "speed", 30), ("b", "speed", 60), ("c", "speed", 0),
        ("a", "wind_direction", 350), ("b", "wind_direction", 20), ("a", "pm25", 1), ("b", "pm25", 2),
    )  # fmt: skip
    folded = fold(rows, catalogue=catalogue)

    for metric, group in rows.groupby("metric"):
        expected = mean_of(group["value"].to_numpy(), catalogue.metric[str(metric)].mean)
        assert folded[str(metric)].mean == pytest.approx(expected), metric
    assert folded["leq"].mean == pytest.approx(67.40, abs=0.005)
    assert folded["speed"].mean == pytest.approx(40)
    assert folded["wind_direction"].mean == pytest.approx(5)


def test_speeds_weigh_by_the_flow_of_their_detector(catalogue: Catalogue) -> None:
    rows = values(("a", "speed", 60), ("b", "speed", 10), ("a", "flow", 900), ("b", "flow", 100))
    weighed = weigh(rows, catalogue=catalogue).assign(area="1")

    assert fold_by(weighed, "area", catalogue=catalogue)["1"]["speed"].mean == pytest.approx(40)
    assert fold(weighed, catalogue=catalogue)["flow"].mean == 500


def test_a_detector_without_flow_weighs_as_the_others_do(catalogue: Catalogue) -> None:
    rows = values(("a", "speed", 60), ("b", "speed", 30), ("a", "flow", 900))

    assert fold(weigh(rows, catalogue=catalogue), catalogue=catalogue)["speed"].mean == pytest.approx(40)


def test_an_empty_road_has_no_speed_and_a_standing_queue_has_0() -> None:
    rows = values(
        ("empty", "speed", 0), ("empty", "flow", 0), ("empty", "occupancy", 0), ("bare", "speed", 0),
        ("queue", "speed", 0), ("queue", "flow", 0), ("queue", "occupancy", 80), ("free", "speed", 50),
    )  # fmt: skip

    assert speeds_of(rows, "sensor_id").to_dict() == {"queue": 0, "free": 50}
