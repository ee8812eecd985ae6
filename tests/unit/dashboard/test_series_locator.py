"""Whose the newest readings are, while a city grows."""

import pandas as pd

from dashboard.city.series_locator import SeriesLocator


def latest(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["series_id", "sensor_id", "metric"])


def test_series_that_come_later_take_their_places_between_those_that_are_known() -> None:
    locator = SeriesLocator(["b", "a"])
    first = locator.locate(latest((2, "a", "pm25"), (7, "b", "noise")))
    assert (first.position.tolist(), list(first.metric)) == ([1, 0], ["pm25", "noise"])

    grown = locator.locate(
        latest((1, "z", "pm25"), (2, "a", "pm25"), (5, "a", "noise"), (7, "b", "noise"), (9, "b", "x"))
    )
    assert grown.position.tolist() == [-1, 1, 1, 0, 0]
    assert list(grown.metric) == ["pm25", "pm25", "noise", "noise", "x"]
    assert (first.position.tolist(), list(first.metric)) == ([1, 0], ["pm25", "noise"])


def test_the_same_series_are_not_looked_up_again() -> None:
    locator = SeriesLocator(["a"])
    found = locator.locate(latest((2, "a", "pm25")))
    assert locator.locate(latest((2, "a", "pm25"))) is found
    assert locator.locate(latest()).position.tolist() == []
