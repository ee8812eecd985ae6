"""The secrets of one-time codes in the database: encrypted under a key that stands in none.

Whoever reads a backup would make codes with a secret in clear. So each is encrypted by AES-256-GCM, under a key that
HKDF (RFC 5869) makes of CITYOPS_SECRET_KEY, and bound to its account: copied to another, it opens nothing.
What versions before this one stored in clear is still read, and encrypted as soon as there is a key.
"""

import base64
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from cityops.accounts.login_limits import LoginRefused
from cityops.errors import CityOpsError
from cityops.settings import Settings

MARK = "gcm1:"  # which cipher and which derivation; a secret in base32 has no colon
NONCE_BYTES = 12
PURPOSE = b"cityops totp secret"  # no other use of CITYOPS_SECRET_KEY has this key


class TotpKeyMissing(CityOpsError):
    """One-time codes need a key that is not in the database. Set CITYOPS_SECRET_KEY and start the dashboard again."""


class CodeUncheckable(LoginRefused):
    """The server lacks the key of this account's one-time codes. Use a passkey or a recovery code, and have the system
    administrator set CITYOPS_SECRET_KEY, or CITYOPS_PREVIOUS_SECRET_KEY, to what it was."""


@dataclass(frozen=True)
class TotpCipher:
    """Encrypts under `key`, and reads what was encrypted under it or under `previous`; without keys, what is clear."""

    key: str | None = field(default=None, repr=False)
    previous: str | None = field(default=None, repr=False)

    def encrypt(self, name: str, secret: str) -> str:
        """Return what the database keeps of an account's secret. Raises TotpKeyMissing."""
        if self.key is None:
            raise TotpKeyMissing
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, secret.encode(), name.encode())
        return MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, name: str, stored: str) -> str:
        """Return the secret of an account, in base32. Raises CodeUncheckable."""
        if not is_encrypted(stored):
            return stored
        for cipher in self._ciphers:
            secret = _opened(cipher, name, stored)
            if secret is not None:
                return secret
        raise CodeUncheckable

    def renew(self, name: str, stored: str) -> str:
        """Return what is to be kept of it from now on: under the present key, where there is one.

        What that key opens already comes back as it is. Raises CodeUncheckable.
        """
        secret = self.decrypt(name, stored)
        is_present = is_encrypted(stored) and _opened(self._ciphers[0], name, stored) is not None
        return stored if self.key is None or is_present else self.encrypt(name, secret)

    @cached_property
    def _ciphers(self) -> list[AESGCM]:
        return [AESGCM(_derived(key)) for key in (self.key, self.previous) if key is not None]


def make_cipher(settings: Settings) -> TotpCipher:
    """Return the cipher of a city's settings."""
    return TotpCipher(_clear(settings.secret_key), _clear(settings.previous_secret_key))


def is_encrypted(stored: str) -> bool:
    """Whether what the database keeps of a secret is no secret in clear."""
    return stored.startswith(MARK)


def _clear(key: SecretStr | None) -> str | None:
    return None if key is None else key.get_secret_value()


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())


def _opened(cipher: AESGCM, name: str, stored: str) -> str | None:
    """Return the secret; None where the key is another one, the account is, or the text was changed."""
    try:
        raw = base64.urlsafe_b64decode(stored.removeprefix(MARK))
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], name.encode()).decode()
    except (ValueError, InvalidTag):
        return None
