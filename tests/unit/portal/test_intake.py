"""A report is a draft, or everything that is wrong with it is said at once."""

from typing import Any

import pytest

from cityops.catalogue import Names
from portal.reports.intake import Faulty, ReportDraft, read_draft
from portal.reports.services import Condition, PublicService, by_category
from portal.texts import say

NAMES = Names(zh="道路积水", en="Flooded road")
SERVICE = PublicService(
    "event/05-06", NAMES, NAMES, (), is_personal=False, conditions=(Condition("event/05-06.1", NAMES),)
)
GOOD = {"lat": "30.05", "long": "119.05", "description": "积水"}


def read(given: dict[str, str], **options: Any) -> ReportDraft:
    options = {"category": "event/05-06", "district_at": None} | options
    return read_draft(given, services=by_category([SERVICE]), **options)


def faults(given: dict[str, str], **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Faulty) as refused:
        read(given, **options)
    for fault in refused.value.faults:
        assert say(fault.key, "zh", **fault.values)
        assert say(fault.key, "en", **fault.values)
    return [(fault.name, fault.key.partition(".")[2]) for fault in refused.value.faults]


def test_a_draft() -> None:
    found = read(
        GOOD | {"first_name": "张", "last_name": "三", "phone": "138 0013 8000", "wants_call": "yes", "device_id": "d"},
        condition="event/05-06.1",
        language="en",
    )

    assert (found.longitude, found.latitude, found.said) == (119.05, 30.05, "Flooded road\n积水")
    assert (found.contact.name, found.contact.phone, found.wants_call, found.device) == (
        "张 三",
        "138 0013 8000",
        True,
        "d",
    )


def test_line_breaks_stay_and_control_characters_go() -> None:
    found = read(GOOD | {"description": "a\r\nb\x00\x1b[31m\ud800c", "address_string": "x\ny"})

    assert (found.said, found.address) == ("a\nb[31mc", "x y")


def test_html_is_text() -> None:
    assert read(GOOD | {"description": "<b>x</b>"}).said == "<b>x</b>"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"description": "x"}, [("lat", "where")]),
        ({"lat": "30", "description": "x"}, [("lat", "half_a_place")]),
        ({"lat": "nan", "long": "0", "description": "x"}, [("lat", "no_place")]),
        ({"lat": "91", "long": "181", "description": "x"}, [("long", "no_place"), ("lat", "no_place")]),
        ({"lat": "１", "long": "0", "description": "x" * 4001}, [("description", "too_long")]),
        (GOOD | {"description": " \r\n "}, [("description", "nothing_said")]),
        (GOOD | {"phone": "call me"}, [("phone", "bad_phone")]),
        (GOOD | {"email": "nobody"}, [("email", "bad_email")]),
        (GOOD | {"media_url": "javascript:alert(1)"}, [("media_url", "bad_link")]),
        (GOOD | {"wants_call": "yes"}, [("phone", "call_needs_phone")]),
    ],
)
def test_what_is_wrong(given: dict[str, str], wrong: list[tuple[str, str]]) -> None:
    assert faults(given) == wrong


def test_a_service_and_a_condition_must_be_there() -> None:
    assert faults(GOOD, category="event/99-99") == [("service_code", "no_service")]
    assert faults(GOOD, condition="event/01-01.1") == [("attribute[condition]", "no_condition")]


def test_a_place_lies_in_the_city() -> None:
    assert faults(GOOD, district_at=lambda lon, lat: None) == [("lat", "outside")]


def test_photographs_are_looked_at() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    assert faults(GOOD, photos=[svg]) == [("media", "bad_photo")]
    assert faults(GOOD, photos=[b""] * 4) == [("media", "many_photos")]


def test_everything_is_said_at_once() -> None:
    assert len(faults({"phone": "x"}, category="")) == 4
