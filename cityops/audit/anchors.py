"""An anchor: how far the audit chain went, as it is printed and noted elsewhere. Pure."""

import hashlib
from dataclasses import dataclass

from cityops.errors import CityOpsError

START = hashlib.sha256(b"CityOps audit chain").digest()  # stands for the link before the first


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a chain goes: the number and the hash of its last link."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        """Return the form that people keep and give back: NUMBER:HEX."""
        return f"{self.seq}:{self.hash.hex()}"


class AnchorUnreadable(CityOpsError):
    """An anchor is a number, a colon and 64 hexadecimal digits. Copy the whole of it."""


def read_anchor(text: str) -> Anchor:
    """Return an anchor from the form in which it was printed. Raises AnchorUnreadable."""
    number, _, digits = text.strip().partition(":")
    try:
        anchor = Anchor(int(number), bytes.fromhex(digits))
    except ValueError as error:
        raise AnchorUnreadable from error
    if len(anchor.hash) != len(START) or anchor.seq < 0:
        raise AnchorUnreadable
    return anchor
