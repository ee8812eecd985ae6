"""Sealed boxes: who has the public key can seal, and only who has the private one can open again.

Libsodium's (X25519, XSalsa20-Poly1305) by way of PyNaCl. Keys are written as base64 of 32 bytes.
"""

import base64
import binascii

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from cityops.errors import CityOpsError

KEY_SIZE = 32  # bytes


class KeyMalformed(CityOpsError):
    """A key is 32 bytes, written as base64: 44 characters. Set it as it was made."""


class SealBroken(CityOpsError):
    """What is sealed was sealed for another key, or changed. Set the key that was in use then."""


def make_pair() -> tuple[str, str]:
    """Return a new private key and its public one."""
    key = PrivateKey.generate()
    return _write(bytes(key)), _write(bytes(key.public_key))


def public_half(key: str) -> str:
    """Return the public key that belongs to a private one. Raises KeyMalformed."""
    return _write(bytes(PrivateKey(read_key(key)).public_key))


def seal(plain: bytes, public_key: str) -> bytes:
    """Return bytes that only the private key opens; the seal adds 48. Raises KeyMalformed."""
    return SealedBox(PublicKey(read_key(public_key))).encrypt(plain)


def unseal(sealed: bytes, key: str) -> bytes:
    """Return what was sealed. Raises KeyMalformed and SealBroken."""
    try:
        return SealedBox(PrivateKey(read_key(key))).decrypt(sealed)
    except (CryptoError, ValueError) as error:
        raise SealBroken from error


def read_key(key: str) -> bytes:
    """Return the bytes of a key. Raises KeyMalformed."""
    try:
        content = base64.b64decode(key.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyMalformed from error
    if len(content) != KEY_SIZE:
        raise KeyMalformed
    return content


def _write(key: bytes) -> str:
    return base64.b64encode(key).decode()
