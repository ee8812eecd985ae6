"""Pictures for the demo's photographs: a street, and something in it. Pure, and never mistaken for a real one."""

import struct
import zlib
from random import Random

WIDTH, HEIGHT = 120, 80  # pixels
_SKIES = ((158, 190, 214), (186, 196, 202), (120, 150, 186))
_GROUNDS = ((104, 108, 104), (128, 120, 108), (92, 112, 88))
_THINGS = ((196, 120, 60), (64, 84, 120), (150, 60, 56))


def draw_picture(key: str) -> bytes:
    """Return a PNG of a few hundred bytes; the same key draws the same."""
    chance = Random(key)  # noqa: S311  (a picture, no secret)
    palette = [chance.choice(colours) for colours in (_SKIES, _GROUNDS, _THINGS)]
    horizon, left, size = chance.randint(24, 44), chance.randint(8, 80), chance.randint(12, 30)
    rows = bytearray()
    for y in range(HEIGHT):
        line = bytearray([int(y >= horizon)]) * WIDTH
        if 0 <= y - horizon < size:
            line[left : left + size] = b"\2" * size
        rows += b"\0" + line  # no filter
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(part for colour in palette for part in colour)),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
