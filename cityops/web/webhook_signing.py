"""How a webhook is signed: HMAC-SHA-256 over id, time and body, as Standard Webhooks has it. Pure.

Source: the specification of Standard Webhooks, https://www.standardwebhooks.com (read 2026-11-29).
"""

import base64
import hmac

PREFIX = "whsec_"  # of a secret, by which a leaked one is recognised


def write_secret(secret: bytes) -> str:
    """Return a secret as both sides keep it."""
    return PREFIX + base64.b64encode(secret).decode()


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a request, as it stands in the header `webhook-signature`."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(secret, content, 'sha256')).decode()}"
