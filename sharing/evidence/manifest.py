"""What a pack says of itself: of which city, about what, and the SHA-256 of everything in it. Signed. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sharing.evidence.container import write_members
from sharing.evidence.keys import key_id

MANIFEST, SIGNATURE, CHAIN = "manifest.json", "manifest.sig", "chain.json"
FORMAT: Final = "cityops-evidence-pack"
VERSION: Final = 1


class PackCity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The city whose records these are: its administrative code, and its names."""

    code: str
    name: str
    name_en: str


class PackSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack is about."""

    kind: Literal["alert", "case"]
    id: int
    number: str


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of the city the account saw for which a pack was made; null is all of it."""

    account: str
    domains: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None
    department: str = ""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pack says beside its members. `made_at` is ISO 8601, UTC; `left_out` is what it does not have, and why."""

    city: PackCity
    subject: PackSubject
    made_at: str
    view: View
    left_out: tuple[str, ...] = ()


class MemberNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the pack."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file `manifest.json`. `key_id` is the SHA-256 of the public key in DER."""

    format: Literal["cityops-evidence-pack"]
    version: Literal[1]
    key_id: str
    about: About
    members: tuple[MemberNote, ...]


def make_pack(members: Mapping[str, bytes], about: About, key: Ed25519PrivateKey) -> bytes:
    """Return the file of a pack. The same members, words and key give the same bytes."""
    notes = tuple(note_of(name, content) for name, content in members.items())
    manifest = write_json(Manifest(FORMAT, VERSION, key_id(key.public_key()), about, notes))
    return write_members([(MANIFEST, manifest), (SIGNATURE, key.sign(manifest)), *members.items()])


def note_of(name: str, content: bytes) -> MemberNote:
    """Return the note of a file."""
    return MemberNote(name, len(content), hashlib.sha256(content).hexdigest())


def write_json(value: object) -> bytes:
    """Return JSON as packs have it: for people to read, always the same for the same value."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
