"""Asks another city to countersign how far our audit chain goes, over HTTP."""

from urllib.parse import urlsplit

import requests

from cityops.audit_chain import Anchor
from sharing.errors import WitnessUnreachable
from sharing.evidence.countersignatures import LARGEST

PATH = "/api/v1/countersignatures"
LOOPBACK = ("127.0.0.1", "localhost")
TIMEOUTS = (5, 20)  # seconds to connect, and for the answer


def ask_witness(address: str, anchor: Anchor, token: str) -> bytes:
    """Return what a witness answers, unchecked. `address`: where its dashboard is. Raises WitnessUnreachable."""
    parts = urlsplit(address)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise WitnessUnreachable(f"{address} does not begin with https://. {WitnessUnreachable.__doc__}")
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "CityOps"}
    try:
        with requests.post(
            address.rstrip("/") + PATH, json={"anchor": str(anchor)}, headers=headers, timeout=TIMEOUTS,
            allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            content: bytes = answer.raw.read(LARGEST + 1, decode_content=True)
    except requests.RequestException as error:
        raise WitnessUnreachable(f"{address} does not answer. {WitnessUnreachable.__doc__}") from error
    if answer.status_code != requests.codes.ok:
        words = content.decode("utf-8", "replace")[:200]
        raise WitnessUnreachable(f"{address} answers {answer.status_code}: {words} {WitnessUnreachable.__doc__}")
    return content
