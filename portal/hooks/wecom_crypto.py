"""Messages of WeCom (企业微信): signed with SHA-1, encrypted with AES-256-CBC. Pure but for the salt of an answer.

Source: 加解密方案说明, https://developer.work.weixin.qq.com/document/path/91144 (read 2026-11-29). SHA-1 is what they
prescribe; whoever forges a message has to know the AES key as well, since what is decrypted names its receiver.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from portal.hooks.errors import Unsigned

KEY = 43  # characters of an EncodingAESKey: 32 bytes in base64 without its last sign
BLOCK = 32  # bytes to a multiple of which a text is filled up: twice the block of AES
SALT, LENGTH = 16, 4  # bytes in front of a text: chance, and how long the text is
WINDOW = 300  # seconds


@dataclass(frozen=True, slots=True)
class WecomKey:
    """What an application of WeCom is set up with: a token that signs, and a key of 32 bytes that encrypts."""

    token: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the address of a message, and what it holds under encryption (base64)."""

    signature: str
    timestamp: str
    nonce: str
    sealed: str


def read_key(text: str) -> bytes:
    """Return an EncodingAESKey as bytes. Raises ValueError, which does not repeat it."""
    try:
        # Its last sign may have bits that mean nothing; base64 that is strict would refuse them.
        key = base64.b64decode(text + "=") if len(text) == KEY and text.isalnum() and text.isascii() else b""
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError(f"an aes_key has {KEY} letters and digits")
    return key


def sign(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    """Return the signature of a message: SHA-1 over the four in the order of their signs."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce, sealed))).encode(), usedforsecurity=False).hexdigest()


def unseal(keys: Sequence[WecomKey], envelope: Envelope, *, receiver: str, now: float) -> tuple[bytes, WecomKey]:
    """Return the text of a message and the key by which it was known. Raises Unsigned. `now`: seconds since 1970."""
    given = envelope.signature.encode()
    known = [
        key
        for key in keys
        if hmac.compare_digest(sign(key.token, envelope.timestamp, envelope.nonce, envelope.sealed).encode(), given)
    ]
    if not known:
        raise Unsigned("msg_signature is missing or wrong.")
    if not envelope.timestamp.isdecimal() or abs(now - int(envelope.timestamp[:12])) > WINDOW:
        raise Unsigned(f"timestamp is more than {WINDOW // 60} minutes from now.")
    for key in known:
        text = _decrypt(key.key, envelope.sealed, receiver)
        if text is not None:
            return text, key
    raise Unsigned("The message is not encrypted for this channel.")


def seal(key: WecomKey, text: bytes, *, receiver: str, timestamp: str, nonce: str) -> Envelope:
    """Return an answer under encryption."""
    plain = secrets.token_bytes(SALT) + len(text).to_bytes(LENGTH, "big") + text + receiver.encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key.key).encryptor()
    sealed = base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()
    return Envelope(sign(key.token, timestamp, nonce, sealed), timestamp, nonce, sealed)


def _decrypt(key: bytes, sealed: str, receiver: str) -> bytes | None:
    """Return the text; None for what was encrypted with another key, or for another receiver."""
    try:
        content = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content or len(content) % (AES.block_size // 8):
        return None
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(content) + decryptor.finalize()
    fill = plain[-1]
    if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
        return None
    whole = plain[SALT:-fill]
    length = int.from_bytes(whole[:LENGTH], "big")
    text, told = whole[LENGTH : LENGTH + length], whole[LENGTH + length :]
    return text if len(text) == length and hmac.compare_digest(told, receiver.encode()) else None


def _cipher(key: bytes) -> Cipher[Any]:
    return Cipher(AES(key), CBC(key[:16]))  # the first half of the key is the vector: WeCom's rule
