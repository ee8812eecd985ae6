"""Sealed boxes: who has the public key can seal, and only who has the private one can open again.

Libsodium's (X25519, XSalsa20-Poly1305) by way of PyNaCl. Keys are written as base64 of 32 bytes.
"""

import base64
import binascii
import os
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from cityops.errors import CityOpsError

KEY_SIZE = 32  # bytes


class KeyMalformed(CityOpsError):
    """A key is 32 bytes, written as base64: 44 characters. Set it as it was made."""


class SealBroken(CityOpsError):
    """What is sealed was sealed for another key, or changed. Set the key that was in use then."""


class KeysKept(CityOpsError):
    """The folder has keys already, which stay, or it cannot be written. Name another folder."""


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


def write_pair(folder: Path, names: tuple[str, str]) -> tuple[Path, Path]:
    """Make a pair in two files of a folder, of which only the owner reads the private one, named first; return both.

    Raises KeysKept where one of them is there: what it sealed only it opens.
    """
    paths = folder / names[0], folder / names[1]
    if any(path.exists() for path in paths):
        raise KeysKept
    try:
        for path, key, mode in zip(paths, make_pair(), (0o600, 0o644), strict=True):
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
                file.write(key + "\n")
    except OSError as error:
        raise KeysKept from error
    return paths


def _write(key: bytes) -> str:
    return base64.b64encode(key).decode()
