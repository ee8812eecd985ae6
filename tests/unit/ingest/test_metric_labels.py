"""Labels of metrics are few, whatever the wire says."""

import pytest

from ingest.decoders import senml
from ingest.decoders.json_payload import Members
from ingest.errors import Undecodable
from ingest.metrics import OTHER, section_of


@pytest.mark.parametrize(
    ("field", "label"),
    [("values.pm25", "values"), ("topic.area", "topic"), ("payload", "payload"), ("n", "n"), ("pm2_made_up.v", OTHER)],
)
def test_a_field_is_told_by_its_section(field: str, label: str) -> None:
    assert section_of(field) == label


def test_what_senml_calls_a_value_is_no_label() -> None:
    with pytest.raises(Undecodable) as refused:
        senml._read_value(senml._Base(), Members([("vs", "text")]), "made_up_17")
    assert section_of(refused.value.field) == OTHER
