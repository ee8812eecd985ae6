"""Whether a message of somebody else is believed, and what it says of this city."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from shapely import from_geojson

from cap.incoming.judging import Believed, Doubt, Doubted, judge
from cap.messages.message import (
    Circle,
    MsgType,
    Reference,
    ResponseType,
    Severity,
    WarnedArea,
)
from cap.messages.parsing import MOST_BYTES, parse_xml
from tests.warning_samples import (
    NOW,
    OTHER,
    OUTLINES,
    SENDER,
    SMALLEST,
    SQUARE,
    a_message,
    an_info,
    pinned,
    signed,
    signer,
)

# The only kind that may say nothing.
EMPTY = a_message(msg_type=MsgType.CANCEL, references=(Reference(SENDER, "a", NOW),), infos=())


def believed(content: bytes) -> Believed:
    found = judge(content, pinned(), OUTLINES, now=NOW)
    assert isinstance(found, Believed)
    return found


def with_area(area: WarnedArea) -> bytes:
    return signed(a_message(infos=(an_info(areas=(area,)),)))


def test_languages_are_told_apart() -> None:
    message = a_message(infos=(an_info(), an_info(language="en-GB", event="Rain", headline="Orange rain")))
    texts = believed(signed(message)).texts
    assert (texts["zh"]["headline"], texts["en"]["headline"]) == ("暴雨橙色预警信号", "Orange rain")
    alone = believed(signed(a_message())).texts
    assert alone["en"]["headline"] == "暴雨橙色预警信号", "told in the other language rather than not at all"


def test_where_it_is_about() -> None:
    assert believed(signed(a_message())).area_codes == ("990101", "990102")
    assert believed(with_area(WarnedArea("x", (), (Circle((31.1, 121.4), 1.0),)))).area_codes == ("990101",)
    assert believed(with_area(WarnedArea("x", geocodes=(("GB2260", "990102"),)))).area_codes == ("990102",)
    assert believed(with_area(WarnedArea("x", geocodes=(("GB2260", "990100"),)))).area_codes == tuple(OUTLINES)
    foreign = WarnedArea("x", geocodes=(("FIPS", "990101"), ("GB2260", ""), ("gb2260", "990102")))
    assert believed(with_area(foreign)).area_codes == ("990102",), "only codes of our own kind count"
    assert believed(with_area(WarnedArea("somewhere"))).area_codes == tuple(OUTLINES), "no place is the whole city"
    assert believed(with_area(WarnedArea("x", (tuple((a + 5, b) for a, b in SQUARE),)))).area_codes == ()


def test_without_an_end_it_holds_for_a_day_and_says_so() -> None:
    found = believed(signed(a_message(infos=(an_info(expires=None),))))
    assert (found.expires, found.expires_assumed) == (NOW + timedelta(hours=24), True)
    assert not believed(signed(a_message())).expires_assumed


# Made when they are wanted: whoever only collects the tests makes no keys, which takes seconds.
@pytest.mark.parametrize(
    ("made", "doubt"),
    [
        (lambda: b"nothing", Doubt.UNREADABLE),
        (lambda: b"x" * (MOST_BYTES + 1), Doubt.UNREADABLE),
        (SMALLEST.encode, Doubt.SIGNATURE),
        (lambda: signed(a_message(sender="nobody@example.com")), Doubt.SENDER),
        (lambda: signed(a_message(), OTHER), Doubt.SIGNATURE),  # a known sender in the name of another one
        (lambda: signed(a_message()).replace("橙色".encode(), "红色".encode(), 1), Doubt.SIGNATURE),
        (lambda: signed(a_message()).replace(b"</headline>", b"</headline>\n", 1), Doubt.SIGNATURE),
        (lambda: SMALLEST.replace("<scope>Public", "<scope>Private").encode(), Doubt.SIGNATURE),
    ],
)
def test_what_nobody_vouches_for(made: Callable[[], bytes], doubt: Doubt) -> None:
    found = judge(made(), pinned(), OUTLINES, now=NOW)
    assert isinstance(found, Doubted)
    assert found.doubt is doubt


def test_nothing_of_a_private_message_is_told() -> None:
    content = SMALLEST.replace("<scope>Public</scope>", "<scope>Private</scope><addresses>x</addresses>").encode()
    found = judge(signer().sign(parse_xml(content)), pinned(), OUTLINES, now=NOW)
    assert isinstance(found, Doubted)
    assert found.doubt is Doubt.SCOPE


def test_a_clock_may_differ_by_a_quarter_of_an_hour_and_no_more() -> None:
    ahead = NOW + timedelta(minutes=15)
    assert believed(signed(a_message(sent=ahead))).message.sent == ahead
    found = judge(signed(a_message(sent=ahead + timedelta(seconds=1))), pinned(), OUTLINES, now=NOW)
    assert isinstance(found, Doubted)
    assert (found.doubt, found.sender) == (Doubt.CLOCK, SENDER)


def test_who_is_doubted_is_kept_with_what_he_claims() -> None:
    found = judge(signed(a_message(sender="nobody@example.com")), pinned(), OUTLINES, now=NOW)
    assert isinstance(found, Doubted)
    assert (found.sender, found.identifier, found.headline) == (
        "nobody@example.com",
        "31000041600000_20260701081500_0",
        "暴雨橙色预警信号",
    )
    mute = judge(signed(replace(EMPTY, sender="nobody@example.com")), pinned(), OUTLINES, now=NOW)
    assert isinstance(mute, Doubted)
    assert mute.headline == ""


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ((Severity.EXTREME,), 1),
        ((Severity.MINOR,), 4),
        ((Severity.MINOR, Severity.SEVERE), 2),  # the worst of all languages
        ((Severity.UNKNOWN, Severity.MODERATE), 3),
        ((Severity.UNKNOWN,), None),
    ],
)
def test_how_bad_it_is_in_our_levels(said: tuple[Severity, ...], ours: int | None) -> None:
    infos = tuple(an_info(severity=one) for one in said)
    assert believed(signed(a_message(infos=infos))).severity == ours
    assert believed(signed(EMPTY)).severity is None


def test_it_ends_with_the_last_of_its_parts() -> None:
    hours = [timedelta(hours=number) for number in (2, 6, 4)]
    infos = (an_info(expires=None), *(an_info(expires=NOW + one) for one in hours))
    found = believed(signed(a_message(infos=infos)))
    assert (found.expires, found.expires_assumed) == (NOW + timedelta(hours=6), False)


def test_it_is_over_when_one_part_says_so() -> None:
    clear = an_info(responses=(ResponseType.MONITOR, ResponseType.ALL_CLEAR))
    assert believed(signed(a_message(infos=(an_info(), clear)))).is_clear
    assert not believed(signed(a_message())).is_clear


def test_codes_of_all_parts_are_compared_in_one_way() -> None:
    infos = (an_info(event_codes=(("OET", " oet-159 "), ("x", "  "))), an_info(event_codes=(("SAME", "FFW"),)))
    assert believed(signed(a_message(infos=infos))).event_codes == ("FFW", "OET-159")
    many = an_info(event_codes=tuple(("x", f"{number:03}") for number in range(51)))
    assert len(believed(signed(a_message(infos=(many,)))).event_codes) == 50


@pytest.mark.parametrize(
    ("act", "named"),
    [(MsgType.UPDATE, True), (MsgType.CANCEL, True), (MsgType.ALERT, False), (MsgType.ACK, False)],
)
def test_only_an_update_or_a_cancel_of_the_same_sender_replaces(act: MsgType, named: bool) -> None:
    references = (Reference(SENDER, "a", NOW), Reference(OTHER, "b", NOW))
    found = believed(signed(a_message(msg_type=act, references=references)))
    assert found.referred == ([f"a {round(NOW.timestamp())}"] if named else [])


def test_it_is_drawn_as_it_says_else_by_its_districts() -> None:
    drawn = from_geojson(believed(signed(a_message())).outline or "")
    assert drawn.bounds == pytest.approx((121.4, 31.1, 121.7, 31.3))
    by_code = from_geojson(believed(with_area(WarnedArea("x", geocodes=(("GB2260", "990102"),)))).outline or "")
    assert by_code.equals(OUTLINES["990102"])
    assert believed(with_area(WarnedArea("x", (tuple((a + 5, b) for a, b in SQUARE),)))).outline is None


def test_texts_are_as_long_as_pages_show_them_and_areas_stand_in_a_row() -> None:
    areas = (WarnedArea("东区"), WarnedArea(""), WarnedArea("西区"))
    info = an_info(headline="", description="雨" * 2001, areas=areas)
    told = believed(signed(a_message(infos=(info,)))).texts["zh"]
    assert (told["headline"], told["areas"]) == ("暴雨橙色预警", "东区, 西区")
    assert told["description"] == "雨" * 2000


def test_the_first_part_in_a_language_is_told() -> None:
    infos = (an_info(language="en", headline="first"), an_info(language="en-US", headline="second"))
    assert believed(signed(a_message(infos=infos))).texts["en"]["headline"] == "first"
    assert set(believed(signed(EMPTY)).texts["zh"].values()) == {""}
