"""Warnings of others as screens get them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cityops.clock import milliseconds
from dashboard.city.outside_warnings import MOST, draw_outside_warnings

NOW = datetime(2026, 7, 1, tzinfo=UTC)
TEXTS = {"headline": "暴雨", "sender": "气象台", "areas": "东区"}


def a_row(number: int = 1, **changed: Any) -> dict[str, Any]:
    given = {"received_id": number, "sender": "a@b", "sent": NOW, "severity": 2, "expires": NOW + timedelta(hours=1)}
    texts = {"zh": TEXTS, "en": TEXTS | {"headline": "Rain", "sender": ""}}
    return given | {"expires_assumed": False, "texts": texts, "area_codes": ["990101"]} | changed


def test_it_is_told_with_its_sender_and_times() -> None:
    assert draw_outside_warnings([a_row()], "") == {
        "1": {
            "zh": "气象台: 暴雨",
            "en": "a@b: Rain",
            "areas_zh": "东区",
            "areas_en": "东区",
            "severity": 2,
            "sent": milliseconds(NOW),
            "until": milliseconds(NOW + timedelta(hours=1)),
        }
    }
    assert draw_outside_warnings([a_row(severity=None, expires_assumed=True)], "")["1"]["severity"] == 0
    assert draw_outside_warnings([a_row(expires_assumed=True)], "")["1"]["assumed"] == 1


def test_where_it_is_is_told_once() -> None:
    """The strip has one line, and until when it holds stands at its end."""
    texts = TEXTS | {"headline": "东区暴雨"}
    told = draw_outside_warnings([a_row(texts={"zh": texts, "en": TEXTS})], "")["1"]
    assert (told["areas_zh"], told["areas_en"]) == ("", "东区")


def test_an_area_is_told_what_is_about_it() -> None:
    rows = [a_row(1), a_row(2, area_codes=["990102"])]
    assert list(draw_outside_warnings(rows, "")) == ["1", "2"]
    assert list(draw_outside_warnings(rows, "990102")) == ["2"]
    assert list(draw_outside_warnings(rows, "990101001")) == ["1"], "a street lies in its district"
    assert list(draw_outside_warnings(rows, "990103")) == []


def test_a_screen_gets_the_worst_of_many() -> None:
    assert list(draw_outside_warnings([a_row(number) for number in range(9)], "")) == [str(n) for n in range(MOST)]
