"""An air quality index in words: what is said of one that is not whole, in both editions and both languages."""

import pytest

from cityops.catalogue import Catalogue
from cityops.standards.aqi import Index, index
from cityops.standards.aqi_tables import POLLUTANTS, Averaging, Edition
from dashboard.city.air_words import edition_words, names_of, primary_words, value_of, why_incomplete

CLEAN = dict.fromkeys(POLLUTANTS, 0.0)
OLD, NEW = Edition.HJ_633_2012, Edition.HJ_633_2026


def an_index(edition: Edition = NEW, **measured: float | None) -> Index:
    return index(CLEAN | measured, Averaging.DAY, edition)


def test_a_whole_index_needs_no_words(catalogue: Catalogue) -> None:
    found = an_index()

    assert (value_of(found), why_incomplete(found, catalogue, "zh")) == ("1", "")


@pytest.mark.parametrize(
    ("edition", "pm10", "value", "why"),
    [
        (NEW, 50.0, "NA", "缺少PM2.5，已测部分为 50，不高于 100，按 HJ 633—2026 第 5.3.1 条记 NA，不发布。"),
        (NEW, 250.0, "150", "缺少PM2.5；已测部分高于 100，照常发布。"),
        (OLD, 50.0, "50", "缺少PM2.5（记 NA），指数取已测项目的最大值。"),
        (OLD, 250.0, "150", "缺少PM2.5（记 NA），指数取已测项目的最大值。"),
    ],
)
def test_what_is_missing_and_what_follows_from_it(
    catalogue: Catalogue, edition: Edition, pm10: float, value: str, why: str
) -> None:
    found = an_index(edition, pm25=None, pm10=pm10)

    assert (value_of(found), why_incomplete(found, catalogue, "zh")) == (value, why)


@pytest.mark.parametrize("edition", [OLD, NEW])
def test_nothing_measured_is_no_index(catalogue: Catalogue, edition: Edition) -> None:
    found = an_index(edition, **dict.fromkeys(POLLUTANTS))

    assert value_of(found) == "NA"
    assert why_incomplete(found, catalogue, "zh") == "没有一项污染物测得足够时间，记 NA，不发布。"


def test_primary_pollutants_stand_beside_each_other_and_never_beside_na(catalogue: Catalogue) -> None:
    both = an_index(pm10=250.0, pm25=115.0, no2=None)
    unpublished = an_index(pm10=100.0, no2=None)

    assert primary_words(both, catalogue, "zh") == "PM10、PM2.5"
    assert primary_words(both, catalogue, "en") == "PM10, PM2.5"
    assert unpublished.primary
    assert primary_words(unpublished, catalogue, "zh") == "—"
    assert primary_words(an_index(), catalogue, "zh") == "—"
    assert names_of([], catalogue, "zh") == ""


def test_the_edition_is_told_with_its_year() -> None:
    assert [edition_words(edition) for edition in (OLD, NEW)] == ["HJ 633—2012", "HJ 633—2026"]
