"""Names of the devices' own are offered for mapping, and only mapped where it makes sense."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from cityops.catalogue import Catalogue
from cityops.storage.messages.name_mappings import Mapping
from ingest.errors import MappingRefused
from ingest.mapping import check_mapping, list_unmapped

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("PM2.5", "pm25"),
        ("NO₂", "no2"),
        ("Wind-Speed", "wind_speed"),
        ("气温", "temperature"),
        ("fw", None),
        ("", None),
    ],
)
def test_the_metric_that_may_be_meant_is_proposed(catalogue: Catalogue, name: str, metric: str | None) -> None:
    assert catalogue.propose(name) == metric


def test_the_list_tells_how_to_map(catalogue: Catalogue) -> None:
    columns = ["kind", "name", "sensors", "count", "first_seen", "last_seen", "last_value"]
    rows = [("air_station", "PM2.5", 2, 7, NOW, NOW, "12"), ("air_station", "battery", 1, 1, NOW, NOW, "3.6")]

    first, second = list_unmapped(pd.DataFrame(rows, columns=columns), catalogue)

    assert first.endswith("last 12; if it is pm25: cityops ingest map air_station 'PM2.5' pm25")
    assert second.endswith("last 3.6")
    assert list_unmapped(pd.DataFrame(columns=columns), catalogue) == ["Devices send no name that is not known."]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (Mapping("toaster", "PM2.5", "pm25"), "no kind"),
        (Mapping("air_station", "no2", "pm25"), "metric of air_station already"),
        (Mapping("air_station", "PM2.5", "pm"), "no metric"),
        (Mapping("air_station", "PM2.5", "pm25", "K"), "no unit of this metric"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(catalogue: Catalogue, mapping: Mapping, words: str) -> None:
    with pytest.raises(MappingRefused, match=words):
        check_mapping(mapping, catalogue)


def test_a_mapping_may_name_a_unit_and_any_metric(catalogue: Catalogue) -> None:
    mapping = Mapping("air_station", "temp", "temperature", "K")

    assert check_mapping(mapping, catalogue) == mapping
