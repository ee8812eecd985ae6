"""Contacts under seal: who has the public key can write them, only who has the private one can read them."""

import hashlib

import msgspec

from citizens.errors import KeyUnusable, SealUnreadable
from citizens.persons.contact import Contact
from cityops.keys import sealing
from cityops.keys.sealing import KEY_SIZE, KeyMalformed, SealBroken, make_pair

__all__ = ["make_pair", "person_key", "public_half", "seal", "unseal"]

_PURPOSE = b"cityops person"
_PADDED = 128  # bytes: how long a name or number is, is told by no length


def public_half(key: str) -> str:
    """Return the public key that belongs to a private one. Raises KeyUnusable."""
    try:
        return sealing.public_half(key)
    except KeyMalformed as error:
        raise _no_key() from error


def seal(contact: Contact, public_key: str) -> bytes:
    """Return a contact that only the private key opens. Raises KeyUnusable."""
    plain = msgspec.json.encode(contact)
    padded = plain + b" " * (-len(plain) % _PADDED)
    try:
        return sealing.seal(padded, public_key)
    except KeyMalformed as error:
        raise _no_key() from error


def unseal(sealed: bytes, key: str) -> Contact:
    """Return a contact that was sealed. Raises KeyUnusable and SealUnreadable."""
    try:
        return msgspec.json.decode(sealing.unseal(sealed, key), type=Contact)
    except KeyMalformed as error:
        raise _no_key() from error
    except (SealBroken, msgspec.DecodeError) as error:
        raise SealUnreadable from error


def person_key(contact: Contact, key: str) -> bytes | None:
    """Return by what a person is known again, without saying who it is; None where a contact tells nobody apart.

    Of the private key, because the eleven digits of a telephone number are guessed in a moment by who has a hash
    of them alone.
    """
    if not contact.person:
        return None
    try:
        private = sealing.read_key(key)
    except KeyMalformed as error:
        raise _no_key() from error
    secret = hashlib.blake2b(private, person=_PURPOSE, digest_size=KEY_SIZE).digest()
    return hashlib.blake2b(contact.person.encode(), key=secret, digest_size=KEY_SIZE).digest()


def _no_key() -> KeyUnusable:
    return KeyUnusable("This is no key of the reporters.")
