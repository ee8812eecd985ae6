"""Who may enter the embedded broker, and what is taken out of what a stranger sends."""

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.embedded.mqtt.broker_access import SERVICE, Access, Refused
from cityops.embedded.mqtt.mqtt_packets import (
    LONGEST_PACKET,
    Hello,
    Malformed,
    SharedRefusal,
    read_hello,
    refuse_connection,
)

OURS = Hello(5, "cityops-ingest", SERVICE, "right")
PUBLISH = b"\x30\x06\x00\x01a" + b"xyz"


def text(words: str) -> bytes:
    return len(words).to_bytes(2, "big") + words.encode()


def connect(level: int, client_id: str, *, will: bool = False, username: str = "", password: str = "") -> bytes:
    flags = 2 | (0x04 if will else 0) | (0x80 if username else 0) | (0x40 if password else 0)
    empty = b"\x00" if level == 5 else b""
    body = text("MQTT") + bytes([level, flags, 0, 60]) + empty + text(client_id)
    body += (empty + text("w") + text("gone")) if will else b""
    body += b"".join(text(each) for each in (username, password) if each)
    return b"\x10" + bytes([len(body)]) + body


def subscribe(level: int, *filters: str) -> bytes:
    body = b"\x00\x07" + (b"\x00" if level == 5 else b"") + b"".join(text(each) + b"\x01" for each in filters)
    return b"\x82" + bytes([len(body)]) + body


@pytest.fixture
def access() -> Access:
    return Access("right", most_strangers=2)


@pytest.mark.parametrize("level", [4, 5])
@pytest.mark.parametrize("will", [True, False])
def test_a_client_says_who_it_is(level: int, will: bool) -> None:
    whole = connect(level, "cam-1", will=will, username="u", password="p")

    topic = "w" if will else ""
    assert read_hello(whole) == Hello(level, "cam-1", "u", "p", topic)
    assert read_hello(connect(level, "cam-1", will=will)) == Hello(level, "cam-1", will=topic)


@given(st.integers(0, 40))
def test_half_a_connect_is_refused(size: int) -> None:
    whole = connect(5, "cam-1", will=True, username="user", password="password")

    with pytest.raises(Malformed):
        read_hello(whole[: min(size, len(whole) - 1)])


def test_nobody_else_enters_under_the_id_of_a_service_also_when_it_is_away(access: Access) -> None:
    with access.enter(OURS):
        pass

    with pytest.raises(Refused), access.enter(Hello(5, "cityops-ingest")):
        pass


def test_a_service_takes_its_id_from_whoever_was_first(access: Access) -> None:
    with access.enter(Hello(5, "cityops-ingest")), access.enter(OURS):
        pass

    with pytest.raises(Refused), access.enter(Hello(5, "cityops-ingest")):
        pass


def test_a_wrong_password_of_a_service_is_refused(access: Access) -> None:
    with pytest.raises(Refused), access.enter(Hello(5, "x", SERVICE, "wrong")):
        pass


def test_an_id_in_use_belongs_to_the_account_that_uses_it(access: Access) -> None:
    with access.enter(Hello(4, "cam-1", "cam-1", "a")):
        with pytest.raises(Refused), access.enter(Hello(4, "cam-1")):
            pass
        with access.enter(Hello(4, "cam-1", "cam-1", "a")):  # it comes back before its old connection is gone
            pass
    with access.enter(Hello(4, "cam-1")):
        pass


def test_strangers_leave_room_for_services(access: Access) -> None:
    with ExitStack() as stack:
        for name in ("a", "b"):
            stack.enter_context(access.enter(Hello(5, name)))
        with pytest.raises(Refused) as refused, access.enter(Hello(5, "c")):
            pass
        with access.enter(OURS):
            pass
    assert not refused.value.identifier
    with access.enter(Hello(5, "c")):
        pass


@pytest.mark.parametrize(("level", "codes"), [(4, (2, 3)), (5, (0x85, 0x97))])
def test_a_refusal_is_told_in_the_words_of_the_protocol(level: int, codes: tuple[int, int]) -> None:
    assert [refuse_connection(level, identifier=each)[3] for each in (True, False)] == list(codes)


@pytest.mark.parametrize(("level", "answer"), [(4, b"\x90\x04\x00\x07\x80\x80"), (5, b"\x90\x05\x00\x07\x00\x87\x87")])
def test_a_shared_subscription_is_answered_and_goes_no_further(level: int, answer: bytes) -> None:
    stream = PUBLISH + subscribe(level, "a/#", "$share/g/a/#") + PUBLISH

    assert SharedRefusal(level).feed(stream) == (PUBLISH * 2, answer)


@given(st.lists(st.integers(1, 60), max_size=8))
def test_everything_else_goes_on_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    long = b"\x30\xc8\x01\x00\x01a" + bytes(197)
    whole = subscribe(5, "a/#") + long + PUBLISH + subscribe(5, "$share/g/#") + b"\xc0\x00" + PUBLISH
    refusal, position, onward, answers = SharedRefusal(5), 0, b"", b""

    for size in [*cuts, len(whole)]:
        gone, answered = refusal.feed(whole[position : position + size])
        onward, answers, position = onward + gone, answers + answered, position + size

    assert onward == subscribe(5, "a/#") + long + PUBLISH + b"\xc0\x00" + PUBLISH
    assert answers == b"\x90\x04\x00\x07\x00\x87"


def test_a_packet_beyond_the_limit_ends_the_connection() -> None:
    with pytest.raises(Malformed):
        SharedRefusal(5).feed(b"\x30\x81\x80\x80\x01")
    assert LONGEST_PACKET == 1 << 20
