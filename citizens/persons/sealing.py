"""Contacts under seal: who has the public key can write them, only who has the private one can read them.

Libsodium's sealed boxes (X25519, XSalsa20-Poly1305) by way of PyNaCl. Keys are written as base64 of 32 bytes.
"""

import base64
import binascii
import hashlib

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from citizens.errors import KeyUnusable, SealUnreadable
from citizens.persons.contact import Contact

_SIZE = 32  # bytes
_PURPOSE = b"cityops person"
_PADDED = 128  # bytes: how long a name or number is, is told by no length


def make_pair() -> tuple[str, str]:
    """Return a new private key and its public one."""
    key = PrivateKey.generate()
    return _write(bytes(key)), _write(bytes(key.public_key))


def public_half(key: str) -> str:
    """Return the public key that belongs to a private one. Raises KeyUnusable."""
    return _write(bytes(PrivateKey(_read(key)).public_key))


def seal(contact: Contact, public_key: str) -> bytes:
    """Return a contact that only the private key opens. Raises KeyUnusable."""
    plain = msgspec.json.encode(contact)
    padded = plain + b" " * (-len(plain) % _PADDED)
    return SealedBox(PublicKey(_read(public_key))).encrypt(padded)


def unseal(sealed: bytes, key: str) -> Contact:
    """Return a contact that was sealed. Raises KeyUnusable and SealUnreadable."""
    try:
        return msgspec.json.decode(SealedBox(PrivateKey(_read(key))).decrypt(sealed), type=Contact)
    except (CryptoError, msgspec.DecodeError, ValueError) as error:
        raise SealUnreadable from error


def person_key(contact: Contact, key: str) -> bytes | None:
    """Return by what a person is known again, without saying who it is; None where a contact tells nobody apart.

    Of the private key, because the eleven digits of a telephone number are guessed in a moment by who has a hash
    of them alone.
    """
    if not contact.person:
        return None
    secret = hashlib.blake2b(_read(key), person=_PURPOSE, digest_size=_SIZE).digest()
    return hashlib.blake2b(contact.person.encode(), key=secret, digest_size=_SIZE).digest()


def _read(key: str) -> bytes:
    try:
        content = base64.b64decode(key.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyUnusable("This is no key of the reporters.") from error
    if len(content) != _SIZE:
        raise KeyUnusable("This is no key of the reporters.")
    return content


def _write(key: bytes) -> str:
    return base64.b64encode(key).decode()
