"""Asks another city to countersign how far our audit chain goes, over HTTP, and keeps what it signed."""

from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cityops.audit.anchors import Anchor
from sharing.errors import CountersignatureRefused, StampUnreadable, WitnessUnreachable
from sharing.evidence.countersignatures import LARGEST, Statement, read_countersignature

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


def fetch_countersignature(
    address: str, anchor: Anchor, *, token_file: Path, key: Ed25519PublicKey, folder: Path
) -> tuple[Path, Statement]:
    """Have a witness sign an anchor, and keep it in a folder. Return where it is, and what it tells.

    Raises WitnessUnreachable; CountersignatureRefused where it is not of this anchor or not by this key, and then
    nothing is kept; StampUnreadable for a file or folder.
    """
    try:
        content = ask_witness(address, anchor, token_file.read_text(encoding="ascii").strip())
        seen, told = read_countersignature(content, key)
        if seen != anchor:
            raise CountersignatureRefused(f"It is of {seen}. {CountersignatureRefused.__doc__}")
        path = folder / f"{anchor.seq}.json"
        path.write_bytes(content)
    except (OSError, UnicodeDecodeError) as error:
        raise StampUnreadable(f"{error}. {StampUnreadable.__doc__}") from error
    return path, told
