"""One-time codes as a second factor: TOTP, RFC 6238, with the parameters that every authenticator app knows."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP = 30  # seconds
DIGITS = 6
WINDOW = 1  # steps that a clock may be wrong, either way
ISSUER = "CityOps"


def make_secret() -> str:
    """Return 160 random bits in base32, as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """Return the step that a code belongs to; None when it is wrong, or not later than the step `after`."""
    present = int(now.timestamp()) // STEP
    for step in range(present - WINDOW, present + WINDOW + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), code.strip().encode())
        if right and (after is None or step > after):
            return step
    return None


def address(secret: str, name: str) -> str:
    """Return the otpauth address that an app reads."""
    return f"otpauth://totp/{quote(f'{ISSUER}:{name}')}?secret={secret}&issuer={ISSUER}"
