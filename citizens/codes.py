"""The number of a report, which everybody may know, and its code, which only the person has. Pure but for chance."""

import hashlib
import hmac
import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which are read wrongly over the telephone
LENGTH = 8
_NUMBER = re.compile(r"R\d{8}-\d{6}")


def new_code() -> str:
    """Return a code that nobody guesses: 31^8 of them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def code_from(secret: bytes, what: str) -> str:
    """Return the code that always goes with something, for whoever has a secret: sent again, it is told again."""
    number = int.from_bytes(hmac.digest(secret, f"code.{what}".encode(), "sha256"), "big")
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH))


def is_code(text: str) -> bool:
    """Whether a text is written as a code."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)


def hash_code(code: str) -> bytes:
    """Return what is stored of a code; small letters and blanks are what people type."""
    return hashlib.sha256(code.strip().upper().encode()).digest()


def is_number(text: str) -> bool:
    """Whether a text is written as the number of a report."""
    return _NUMBER.fullmatch(text) is not None
