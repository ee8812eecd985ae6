"""Who sent a request: the signature of Standard Webhooks (HMAC-SHA-256 over id, time and body). Pure.

Source: the specification of Standard Webhooks, https://www.standardwebhooks.com (read 2026-11-29).
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cityops.web.webhook_signing import PREFIX, sign
from portal.hooks.errors import Unsigned

LEAST, MOST = 24, 64  # bytes of a secret
WINDOW = 300  # seconds that the clock of a sender may differ, and that a request may be on its way
MOST_SIGNATURES = 8  # that a sender may give for one request, while its own secret changes
# A full stop separates the signed parts, so that none can be moved from one to the next.
_ID = re.compile(r"[A-Za-z0-9_:-]{1,128}")
_TIME = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that its channel sent: its name for the message, and the secret by which it was known."""

    message_id: str
    secret: bytes


def read_secret(text: str) -> bytes:
    """Return a secret as bytes: `whsec_` and 24 to 64 bytes in base64. Raises ValueError, which does not repeat it."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else b""
    except (binascii.Error, ValueError):
        secret = b""
    if not LEAST <= len(secret) <= MOST:
        raise ValueError(f"a secret is {PREFIX} and {LEAST} to {MOST} bytes in base64")
    return secret


def check(secrets: Sequence[bytes], headers: Mapping[str, str], body: bytes, *, now: float) -> Signed:
    """Return by what a request is known. Raises Unsigned.

    `now`: seconds since 1970. The time is looked at after the signature, so that nobody learns of our clock.
    """
    message_id, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(message_id):
        raise Unsigned("webhook-id is missing, or no name of up to 128 letters, digits, _, : and -.")
    if not (_TIME.fullmatch(time) and time.isascii()):
        raise Unsigned("webhook-timestamp is missing, or no time in seconds since 1970.")
    given = [one.encode() for one in headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]]
    found = next((secret for secret in secrets if _is_among(sign(secret, message_id, int(time), body), given)), None)
    if found is None:
        raise Unsigned("webhook-signature is missing or wrong.")
    if abs(now - int(time)) > WINDOW:
        raise Unsigned(f"webhook-timestamp is more than {WINDOW // 60} minutes from now.")
    return Signed(message_id, found)


def _is_among(signature: str, given: Sequence[bytes]) -> bool:
    """Whether one of those that were given is right; how far a wrong one is right takes no time to tell."""
    return any(hmac.compare_digest(signature.encode(), one) for one in given)
