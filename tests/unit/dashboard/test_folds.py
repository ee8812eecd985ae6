"""Many values folded at once are the same means as one by one; speeds weigh by the flow beside them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.catalogue import Catalogue, Mean, load_catalogue
from cityops.geography.road_links import speeds_of
from cityops.standards.means import mean_of
from dashboard.city.aggregates import fold, fold_by, weigh

CATALOGUE = load_catalogue()
SENSORS = ("a", "b", "c", "empty", "bare", "queue", "free")


def values(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Rows are (sensor, metric, value)."""
    frame = pd.DataFrame(list(rows), columns=["sensor_id", "metric", "value"])
    return frame.assign(position=frame["sensor_id"].map(SENSORS.index))


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


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["x", "y", None]),
            st.sampled_from(["leq", "speed", "wind_direction", "pm25"]),
            st.integers(0, 3599).map(lambda tenths: tenths / 10),
            st.integers(0, 9),
        )
    )
)
def test_folds_of_many_groups_are_those_of_each_by_itself(rows: list[tuple[str | None, str, float, int]]) -> None:
    frame = pd.DataFrame(rows, columns=["area", "metric", "value", "weight"]).astype({"area": "category"})

    found = fold_by(frame, "area", catalogue=CATALOGUE)

    alone = frame.groupby(["area", "metric"], observed=True)
    assert {(area, metric) for area, folded in found.items() for metric in folded} == set(alone.groups)
    for (area, metric), group in alone:
        way = CATALOGUE.metric[str(metric)].mean
        mean = mean_of(group["value"], way, group["weight"])
        folded = found[str(area)][str(metric)]
        assert (folded.high, folded.low) == (group["value"].max(), group["value"].min())
        assert (folded.mean is None) == (mean is None)
        assert mean is None or way is Mean.VECTOR or folded.mean == pytest.approx(mean)


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
