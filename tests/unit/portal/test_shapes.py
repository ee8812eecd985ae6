"""Entities as text: what the template writes is the JSON of the shape, whatever stands in the values."""

from datetime import UTC, datetime
from operator import itemgetter

import msgspec
import pytest

from portal.sensorthings.entity.shapes import Shape, template_of, write_one

SHAPE: Shape = {
    "name": itemgetter("name"),
    "100 %": "50 %b of \"it\"",
    "nothing": None,
    "place": {"type": "Point", "coordinates": [itemgetter("lon"), itemgetter("lat")]},
    "made": lambda row: f"urn:{row['name']}",
    "at": itemgetter("at"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["空气站 17", 'a "b" \\ %b %(c)s \n', "", "\u2028"])
def test_what_is_written_is_the_json_of_the_shape(name: str) -> None:
    row = {"name": name, "lon": 121.5, "lat": 1e-7, "at": datetime(2026, 3, 1, 8, 0, 0, 100_000, tzinfo=UTC)}
    assert msgspec.json.decode(write_one(SHAPE, row)) == {
        "name": name,
        "100 %": '50 %b of "it"',
        "nothing": None,
        "place": {"type": "Point", "coordinates": [121.5, 1e-7]},
        "made": f"urn:{name}",
        "at": "2026-03-01T08:00:00.100000Z",
    }


def test_only_values_are_kept_for_each_row() -> None:
    template = template_of({"a": itemgetter("a"), "b": "always"})
    assert template.text == b'{"a":%b,"b":"always"}'
    assert template.columns([{"a": 1}, {"a": None}]) == [[b"1", b"null"]]
