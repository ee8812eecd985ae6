"""A request is known by its signature alone: the published vectors, and everything that is one sign off."""

import base64
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.web.webhook_signing import sign
from portal.hooks.errors import Unsigned
from portal.hooks.signatures import WINDOW, check, read_secret

# The vector of the test suite of Standard Webhooks.
SECRET = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER = b"another secret of a channel, long enough"
ID, TIME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def headers(**changed: str) -> Mapping[str, str]:
    usual = {"id": ID, "timestamp": f"{TIME}", "signature": SIGNATURE}
    return {f"webhook-{name}": value for name, value in (usual | changed).items()}


def test_the_published_vector() -> None:
    assert sign(SECRET, ID, TIME, BODY) == SIGNATURE
    known = check([SECRET], headers(), BODY, now=TIME)
    assert (known.message_id, known.secret) == (ID, SECRET)


def test_each_of_several_secrets_and_signatures_is_good() -> None:
    both = f"v1,{base64.b64encode(bytes(32)).decode()} v1a,other {SIGNATURE}"
    assert check([OTHER, SECRET], headers(signature=both), BODY, now=TIME).secret == SECRET
    with pytest.raises(Unsigned):
        check([OTHER], headers(signature=both), BODY, now=TIME)
    with pytest.raises(Unsigned):
        check([], headers(), BODY, now=TIME)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "msg_p5jXN8AQM9LWM0D4loKWxJel"},
        {"id": "msg.p5"},  # parts are separated by full stops
        {"id": ""},
        {"id": "a" * 129},
        {"timestamp": f"{TIME + 1}"},
        {"timestamp": "now"},
        {"timestamp": "²"},
        {"timestamp": ""},
        {"signature": ""},
        {"signature": SIGNATURE.removeprefix("v1,")},
        {"signature": SIGNATURE.replace("v1,", "v2,")},
        {"signature": SIGNATURE[:-2] + "F="},
        {"signature": " ".join(["v1,x"] * 8 + [SIGNATURE])},
        {"signature": "é"},
    ],
)
def test_what_is_one_sign_off_is_unknown(changed: dict[str, str]) -> None:
    with pytest.raises(Unsigned):
        check([SECRET], headers(**changed), BODY, now=TIME)


@pytest.mark.parametrize("late", [-WINDOW - 1, WINDOW + 1])
def test_a_request_is_good_for_five_minutes(late: int) -> None:
    with pytest.raises(Unsigned, match="5 minutes"):
        check([SECRET], headers(), BODY, now=TIME + late)
    assert check([SECRET], headers(), BODY, now=TIME + late - (1 if late > 0 else -1)).message_id == ID


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_is_of_one_body(body: bytes, other: bytes) -> None:
    signature = sign(OTHER, ID, TIME, body)
    if body == other:
        assert check([OTHER], headers(signature=signature), other, now=TIME).secret == OTHER
    else:
        with pytest.raises(Unsigned):
            check([OTHER], headers(signature=signature), other, now=TIME)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_QQ==", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!", "whsec_é"])
def test_what_is_no_secret_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes") as error:
        read_secret(text)
    assert text in ("", "whsec_") or text not in str(error.value)
