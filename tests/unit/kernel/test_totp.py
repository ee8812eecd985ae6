"""One-time codes are those of RFC 6238, appendix B, and each counts once."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from cityops.accounts.factors.totp import STEP, code_at, make_secret, matching_step

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // STEP, digits=8) == code


def test_a_code_counts_once_and_only_around_its_time() -> None:
    now = datetime(2026, 3, 1, 12, 0, 15, tzinfo=UTC)
    secret = make_secret()
    step = int(now.timestamp()) // STEP
    code = code_at(secret, step)

    assert matching_step(secret, code, now=now, after=None) == step
    assert matching_step(secret, code, now=now + timedelta(seconds=STEP), after=None) == step
    assert matching_step(secret, code, now=now, after=step) is None
    assert matching_step(secret, code, now=now + timedelta(seconds=2 * STEP), after=None) is None
    for wrong in ("", "12345", "abcdef", "１２３４５６", code + "0"):
        assert matching_step(secret, wrong, now=now, after=None) is None
