"""Countersignatures: another city's word that an audit chain went so far at a moment, signed with its key. Pure.

The statement is JSON in one form; what is signed is a line that says what it is, and then the statement, so that no
signature of a pack can be taken for one. The file has both, and is checked with the public key alone.
"""

import base64
import binascii
from datetime import UTC, datetime

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cityops.audit.anchors import Anchor, AnchorUnreadable, read_anchor
from sharing.errors import CountersignatureRefused
from sharing.evidence.keys import key_id

_PURPOSE = b"CityOps countersignature of an audit chain, version 1\n"
LARGEST = 4096  # bytes of a file
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said: `witness` is the id of the key that signs, `asked_by` the account of who asked at the witness.

    `anchor` is NUMBER:HEX; `seen_at` is UTC.
    """

    anchor: str
    asked_by: str
    seen_at: str
    witness: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    statement: str
    signature: str


def countersign(anchor: Anchor, *, asked_by: str, seen_at: datetime, key: Ed25519PrivateKey) -> bytes:
    """Return the file that says that an anchor was seen at a moment. The same in, the same out."""
    moment = seen_at.astimezone(UTC).strftime(_TIME)
    told = Statement(str(anchor), asked_by, moment, key_id(key.public_key()))
    text = msgspec.json.encode(told, order="deterministic")
    return _write(text, key.sign(_PURPOSE + text))


def read_countersignature(content: bytes, key: Ed25519PublicKey) -> tuple[Anchor, Statement]:
    """Return what a file proves: of which anchor, and what was said. Raises CountersignatureRefused."""
    try:
        found = msgspec.json.decode(content[: LARGEST + 1], type=_File)
        text, signature = found.statement.encode(), base64.b64decode(found.signature, validate=True)
        key.verify(signature, _PURPOSE + text)
        if content != _write(text, signature):
            raise CountersignatureRefused(f"It was written by another program. {CountersignatureRefused.__doc__}")
        told = msgspec.json.decode(text, type=Statement)
        anchor = read_anchor(told.anchor)
        datetime.strptime(told.seen_at, _TIME).replace(tzinfo=UTC)
    except InvalidSignature as error:
        raise CountersignatureRefused(f"The signature is wrong. {CountersignatureRefused.__doc__}") from error
    except (msgspec.MsgspecError, binascii.Error, ValueError, AnchorUnreadable) as error:
        raise CountersignatureRefused(f"It is none. {CountersignatureRefused.__doc__}") from error
    if told.witness != key_id(key):
        raise CountersignatureRefused(f"It names another key. {CountersignatureRefused.__doc__}")
    return anchor, told


def _write(text: bytes, signature: bytes) -> bytes:
    """Return the one form that a file has: other bytes that mean the same are refused."""
    told = _File(text.decode(), base64.b64encode(signature).decode())
    return msgspec.json.encode(told, order="deterministic") + b"\n"
