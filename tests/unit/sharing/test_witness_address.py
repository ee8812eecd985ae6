"""A token is sent over TLS, or to this machine; never to whoever has a name that begins like it."""

import pytest

from cityops.audit.anchors import Anchor
from sharing.errors import WitnessUnreachable
from sharing.evidence.asking import ask_witness


@pytest.mark.parametrize(
    "address",
    ["http://ops.other.example", "http://127.0.0.1.other.example", "http://localhost@other.example", "ftp://127.0.0.1"],
)
def test_a_token_is_sent_to_nobody_in_the_clear(address: str) -> None:
    with pytest.raises(WitnessUnreachable, match="does not begin with https"):
        ask_witness(address, Anchor(1, bytes(32)), "token")
