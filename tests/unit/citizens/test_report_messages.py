"""A report of another channel as JSON: what is taken of it, and that every other body is refused by its field."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.life.details import CaseType
from citizens.channels.report_messages import read_message
from citizens.errors import ReportUnusable
from citizens.persons.contact import Contact
from citizens.reports import Channel, NewReport

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
WHOLE = {
    "kind": "投诉",
    "said": "夜里施工\r\n很吵",
    "received_at": "2026-11-29T15:00:00+08:00",
    "category": "event/03-01",
    "address": "光明路 8 号",
    "longitude": 118.8,
    "latitude": 31.9,
    "name": "欧阳询之",
    "phone": "13911112222",
    "email": "ouyang@mail.example",
    "wants_call": True,
    "confidential": True,
}


def read(message: dict[str, Any]) -> NewReport:
    return read_message(json.dumps(message).encode(), sender="app", reference="m-1", now=NOW)


def test_a_whole_message() -> None:
    assert read(WHOLE) == NewReport(
        channel=Channel.IMPORT,
        kind=CaseType.COMPLAIN,
        said="夜里施工\n很吵",
        category="event/03-01",
        longitude=118.8,
        latitude=31.9,
        address="光明路 8 号",
        wants_call=True,
        confidential=True,
        contact=Contact("欧阳询之", "13911112222", "ouyang@mail.example"),
        sender="app",
        reference="m-1",
        received_at=datetime(2026, 11, 29, 7, tzinfo=UTC),
    )


def test_a_short_one_and_one_on_chinese_maps() -> None:
    short = read({"kind": "help", "said": "路灯不亮"})
    assert (short.kind, short.longitude, short.received_at) == (CaseType.HELP, None, None)
    moved = read({"kind": "help", "said": "路灯不亮", "longitude": 118.8, "latitude": 31.9, "crs": "gcj02"})
    assert moved.longitude is not None
    assert 0.001 < 118.8 - moved.longitude < 0.02


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "other"}, "kind"),
        ({"kind": None}, "body"),
        ({"said": "", "category": ""}, "said"),
        ({"unknown": 1}, "body"),
        ({"said": "a" * 4001}, "said"),
        ({"said": "a\u0000b"}, "said"),
        ({"address": "a\nb"}, "address"),
        ({"longitude": "118.8"}, "body"),
        ({"longitude": 181}, "longitude"),
        ({"latitude": None}, "longitude"),
        ({"crs": "utm"}, "crs"),
        ({"received_at": "2026-11-29T15:00:00"}, "body"),  # without a zone
        ({"received_at": "2027-11-29T15:00:00+08:00"}, "received_at"),
        ({"received_at": "1970-01-01T00:00:00Z"}, "received_at"),
        ({"phone": ""}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_what_cannot_be_taken_names_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ReportUnusable) as refused:
        read(WHOLE | changed)
    assert refused.value.field == field


@given(st.one_of(st.binary(max_size=50), st.text(max_size=50).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_no_body_is_anything_else_than_refused(body: bytes) -> None:
    with pytest.raises(ReportUnusable):
        read_message(body, sender="app", reference="m-1", now=NOW)


@pytest.mark.parametrize(
    "body",
    [b'{"kind": "help", "said": "\\ud800"}', b'{"kind": "help", "said": "a", "longitude": 1e999}', b"[" * 100_000],
)
def test_json_that_is_meant_badly(body: bytes) -> None:
    with pytest.raises(ReportUnusable):
        read_message(body, sender="app", reference="m-1", now=NOW)
