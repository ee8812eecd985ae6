"""The one form of a pack: a ZIP file without compression, times, comments or extras. Pure.

The same members give the same bytes, on every machine and for ever. What is read must be byte for byte what would be
written: nothing can hide between members, stand twice, unfold to more than it is, or point outside of a folder.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LARGEST = 256 * 1024 * 1024  # bytes of a pack
MOST = 5_000  # members
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}(/[A-Za-z0-9][A-Za-z0-9._-]{0,120}){0,3}")
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_ENTRY = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_LOCAL_SIGN, _ENTRY_SIGN, _END_SIGN = 0x04034B50, 0x02014B50, 0x06054B50
_VERSION, _MADE_BY = 20, 3 << 8 | 20  # ZIP 2.0; as on Unix
_DAY = 1 << 5 | 1  # 1980-01-01, the earliest that a ZIP file knows: a pack says its time in its manifest
_PLAIN_FILE = 0o100644 << 16


class NotInForm(Exception):
    """The bytes are not a pack: not written by a city, cut, or changed outside of the members."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a pack. `checksum` is what the pack says it is (CRC-32)."""

    name: str
    content: bytes
    checksum: int

    @property
    def is_whole(self) -> bool:
        """Whether the checksum is that of the content."""
        return zlib.crc32(self.content) == self.checksum


def is_name(name: str) -> bool:
    """Whether something in a pack may be called so: plain letters, a few folders, nothing that leads out of them."""
    return _NAME.fullmatch(name) is not None


def write_members(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the file of some members, in their order. Raises ValueError for a name or a size that no pack has."""
    found = [Member(name, content, zlib.crc32(content)) for name, content in members]
    strange = [member.name for member in found if not is_name(member.name)]
    if strange or len({member.name for member in found}) < len(found):
        raise ValueError(f"names of a pack are plain, and each stands once: {strange}")
    if len(found) > MOST or sum(len(member.content) for member in found) > LARGEST // 2:
        raise ValueError("a pack has at most some thousand members and some hundred megabytes")
    return _written(found)


def read_members(content: bytes) -> list[Member]:
    """Return the members of a file, in their order. Raises NotInForm saying where it is not one of ours."""
    if len(content) > LARGEST:
        raise NotInForm(f"It has more than {LARGEST // 1024 // 1024} MiB; no pack has.")
    members = list(_read(content))
    written = _written(members)
    if written != content:
        place = next((at for at, (one, other) in enumerate(zip(written, content, strict=False)) if one != other), None)
        at = min(len(written), len(content)) if place is None else place
        raise NotInForm(f"Byte {at}, {_region(members, at)}, is not what a pack has there.")
    return members


def _read(content: bytes) -> Iterator[Member]:
    at = 0
    for _ in range(MOST):
        if content[at : at + 4] != struct.pack("<I", _LOCAL_SIGN):
            return
        try:
            _, _, _, method, _, _, checksum, size, unfolded, length, _ = _LOCAL.unpack_from(content, at)
        except struct.error as error:
            raise NotInForm(f"It is cut short at byte {at}.") from error
        start = at + _LOCAL.size
        name = content[start : start + length].decode("ascii", errors="replace")
        if not is_name(name):
            raise NotInForm(f"At byte {at} stands a file with a name that no pack has: {name[:60]!r}.")
        if method != 0 or size != unfolded:
            raise NotInForm(f"{name} is compressed; in a pack nothing is.")
        end = start + length + size
        if end > len(content):
            raise NotInForm(f"It is cut short within {name}, which should end at byte {end}.")
        yield Member(name, content[start + length : end], checksum)
        at = end


def _written(members: Sequence[Member]) -> bytes:
    parts, entries, at = [], [], 0
    for member in members:
        name, size = member.name.encode("ascii"), len(member.content)
        shared = (0, 0, 0, _DAY, member.checksum, size, size, len(name), 0)  # flags, method, time, …, extra
        header = _LOCAL.pack(_LOCAL_SIGN, _VERSION, *shared) + name
        entries.append(_ENTRY.pack(_ENTRY_SIGN, _MADE_BY, _VERSION, *shared, 0, 0, 0, _PLAIN_FILE, at) + name)
        parts += [header, member.content]
        at += len(header) + size
    listing = b"".join(entries)
    count = len(members)
    return b"".join(parts) + listing + _END.pack(_END_SIGN, 0, 0, count, count, len(listing), at, 0)


def _region(members: Sequence[Member], at: int) -> str:
    """Return in which part of the file a byte lies."""
    starts = [0]
    for member in members:
        starts.append(starts[-1] + _LOCAL.size + len(member.name) + len(member.content))
    for member, (start, end) in zip(members, pairwise(starts), strict=True):
        if start <= at < end:
            return f"in the head of {member.name}"
    return "in the list of contents at the end"
