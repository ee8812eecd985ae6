"""Signs what is handed to a browser and taken back later, such as the cookie of a known device.

Whoever holds such a text can read it, but neither make nor change one without the key. The key is CITYOPS_SECRET_KEY;
where that is not set, a random one that the database remembers, so that every process of a city has the same.
"""

import hashlib
import secrets
from datetime import datetime

from itsdangerous import BadData, URLSafeSerializer

from cityops.settings import Settings
from cityops.storage import Transaction
from cityops.storage.operations.signing_key import remembered_key

KEY_BYTES = 32
_HOW = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}


class Signer:
    """Signs and verifies with one key. `purpose` keeps a text from being taken for another: "device" is not "mail"."""

    def __init__(self, key: str) -> None:
        self._key = key

    def sign(self, purpose: str, value: str, *, until: datetime) -> str:
        """Return a text, safe in a cookie and in an address, that holds the value and is right until a moment (UTC)."""
        return str(self._serializer(purpose).dumps([value, int(until.timestamp())]))

    def verify(self, purpose: str, text: str, *, now: datetime) -> str | None:
        """Return the value; None where this key did not sign it for this purpose, or its time is over."""
        try:
            value, until = self._serializer(purpose).loads(text)
        except BadData:
            return None
        return str(value) if now.timestamp() < until else None

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt=f"cityops {purpose}", signer_kwargs=_HOW)


def load_signer(tx: Transaction, settings: Settings, now: datetime) -> Signer:
    """Return the signer of this city. Keep it: the key does not change while a program runs. Raises StorageError."""
    if settings.secret_key is not None:
        return Signer(settings.secret_key.get_secret_value())
    return Signer(remembered_key(tx, secrets.token_urlsafe(KEY_BYTES), now))
