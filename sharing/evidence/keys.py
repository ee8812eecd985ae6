"""The city's key of evidence packs: Ed25519 in PEM, as OpenSSL writes and reads it too."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from cityops.keys.key_files import write_files
from sharing.errors import PackKeyUnusable

KEY, PUBLIC_KEY = "pack_key.pem", "pack_public_key.pem"  # as deploy/secrets.sh names them


def write_pack_key(folder: Path) -> tuple[Path, Path]:
    """Make a key in a folder; return the two files. Raises KeysKept where there is one, which stays."""
    return write_files(folder, (KEY, PUBLIC_KEY), _make_key)


def demo_settings(folder: Path) -> dict[str, str]:
    """Return the setting of the demo's key, which is made in its data directory the first time."""
    if not (folder / KEY).exists():
        write_pack_key(folder)
    return {"CITYOPS_PACK_KEY": str((folder / KEY).resolve())}


def read_pack_key(path: Path) -> Ed25519PrivateKey:
    """Return the key that signs packs. Raises PackKeyUnusable."""
    key = _read(path, lambda content: load_pem_private_key(content, password=None), "private key")
    if not isinstance(key, Ed25519PrivateKey):
        raise _other_kind(path)
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Return the key that checks packs. Raises PackKeyUnusable."""
    key = _read(path, load_pem_public_key, "public key")
    if not isinstance(key, Ed25519PublicKey):
        raise _other_kind(path)
    return key


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Return a public key as people pass it on."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(key: Ed25519PublicKey) -> str:
    """Return what a key is called: the SHA-256 of its DER form, 64 hexadecimal digits."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _read(path: Path, load: Callable[[bytes], object], words: str) -> object:
    try:
        return load(path.read_bytes())
    except OSError as error:
        raise PackKeyUnusable(f"{path} cannot be read ({error.strerror}). {PackKeyUnusable.__doc__}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PackKeyUnusable(f"{path} is no {words}. {PackKeyUnusable.__doc__}") from error


def _other_kind(path: Path) -> PackKeyUnusable:
    return PackKeyUnusable(f"{path} is a key of another kind than Ed25519. {PackKeyUnusable.__doc__}")


def _make_key() -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), public_pem(key.public_key())
