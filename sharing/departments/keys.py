"""The keys that seal the secrets of receivers: `watch`, which signs, opens them; who makes a receiver cannot.

CITYOPS_SHARE_KEY is the private key in use, and after a comma those before it, which only open.
CITYOPS_SHARE_PUBLIC_KEY is its public half, with which the dashboard seals.
"""

import hashlib
from dataclasses import dataclass

from cityops.keys import sealing
from sharing.errors import ShareKeyMissing

# As deploy/secrets.sh names the files.
SHARE_KEYS = {"CITYOPS_SHARE_KEY": "share_key", "CITYOPS_SHARE_PUBLIC_KEY": "share_public_key"}


@dataclass(frozen=True, slots=True)
class ShareKeys:
    """The private keys, the one in use first."""

    keys: tuple[str, ...]

    @property
    def public_key(self) -> str:
        """What seals from now on."""
        return sealing.public_half(self.keys[0])

    def unseal(self, sealed: bytes) -> bytes:
        """Return a secret. Raises ShareKeyMissing where none of the keys opens it."""
        for key in self.keys:
            try:
                return sealing.unseal(sealed, key)
            except sealing.SealBroken:
                continue
        raise ShareKeyMissing


def read_keys(text: str | None) -> ShareKeys | None:
    """Return the keys of a setting; None where it is not set. Raises KeyMalformed."""
    keys = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for key in keys:
        sealing.read_key(key)
    return ShareKeys(keys) if keys else None


def key_id(public_key: str) -> str:
    """Return by what it is known for which key something was sealed: 16 hex digits of a digest."""
    return hashlib.sha256(sealing.read_key(public_key)).hexdigest()[:16]
