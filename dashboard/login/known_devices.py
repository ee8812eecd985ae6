"""The cookie by which an account knows a device that it has logged in from before.

It opens nothing. It only keeps the guesses of strangers from being counted against whoever sits here: a device that is
known has limits and worker threads of its own. Many people may share one machine, so it knows several accounts; by
digests, for the names are nobody's business who finds the cookie.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cityops.accounts.signing import Signer

PURPOSE = "device"
KEPT = timedelta(days=180)  # since the last login
MOST = 20  # accounts on one device: those that logged in last


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, and the digests of the accounts that it may be known to, the newest first."""

    device_id: str
    accounts: tuple[str, ...] = ()

    def knows(self, name: str) -> bool:
        """Whether an account has logged in here."""
        return self._digest(name) in self.accounts

    def after_login(self, name: str) -> "KnownDevice":
        """Return the device as it is after somebody logged in."""
        digest = self._digest(name)
        rest = [one for one in self.accounts if one != digest]
        return KnownDevice(self.device_id, (digest, *rest[: MOST - 1]))

    def cookie(self, signer: Signer, *, now: datetime) -> str:
        """Return what the browser keeps."""
        return signer.sign(PURPOSE, ".".join([self.device_id, *self.accounts]), until=now + KEPT)

    def _digest(self, name: str) -> str:
        return hashlib.sha256(f"{self.device_id} {name}".encode()).hexdigest()[:16]


def new_device() -> KnownDevice:
    """Return a device that nobody has logged in from."""
    return KnownDevice(secrets.token_hex(8))


def read_cookie(signer: Signer, text: str, *, now: datetime) -> KnownDevice | None:
    """Return the device of a cookie; None where this city did not sign it, or too long ago."""
    value = signer.verify(PURPOSE, text, now=now)
    if value is None:
        return None
    device_id, *accounts = value.split(".")
    return KnownDevice(device_id, tuple(accounts))
