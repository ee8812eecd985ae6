"""Photographs as they come from a phone: is it one, and the same without anything about its taking. Pure.

Both formats are chains of parts with lengths. All parts are walked to the end of the picture; what is no part of the
picture itself (EXIF, comments, thumbnails, whatever follows the end) is left out, so that no place, device or person
travels with it.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cases.errors import PhotoUnusable
from cases.photo_places import place_in_exif

LARGEST = 1000 * 1024  # bytes
_MOST_PIXELS = 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture without anything about its taking, and the place that came with it (WGS-84, degrees)."""

    kind: str  # image/jpeg or image/png
    content: bytes
    longitude: float | None = None
    latitude: float | None = None


def read_photo(content: bytes) -> Photo:
    """Return a photograph. Raises PhotoUnusable for what is none, is cut short, or is too large."""
    if len(content) > LARGEST:
        raise PhotoUnusable(f"It has more than {LARGEST // 1024} KiB")
    try:
        return _read_png(content) if content.startswith(_PNG) else _read_jpeg(content)
    except (IndexError, struct.error) as error:
        raise PhotoUnusable("It is cut short") from error


def _read_png(content: bytes) -> Photo:
    kept, place = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", content, place)
        name, end = content[place + 4 : place + 8], place + 12 + length
        (checksum,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[place + 4 : end - 4]) != checksum:
            raise PhotoUnusable("A part of it is damaged")
        if len(kept) == 1:
            if name != b"IHDR":
                raise PhotoUnusable("It does not begin as a PNG does")
            _check_size(*struct.unpack_from(">II", content, place + 8))
        if name in _PNG_KEPT:
            kept.append(content[place:end])
        if name == b"IEND":
            return Photo("image/png", b"".join(kept))
        place = end


def _read_jpeg(content: bytes) -> Photo:
    if content[:2] != bytes((0xFF, _SOI)):
        raise PhotoUnusable("It is neither a JPEG nor a PNG")
    kept, taken, sized = [content[:2]], None, False
    for marker, begin, end in _segments(content):
        if marker == _APP1 and content[begin + 4 : begin + 10] == b"Exif\0\0":
            taken = taken or place_in_exif(content[begin + 10 : end])
        if marker in _STARTS_OF_FRAME:
            height, width = struct.unpack_from(">HH", content, begin + 5)
            _check_size(width, height)
            sized = True
        if marker in (_APP0, _APP14) or not (_APP0 <= marker <= 0xEF or marker == _COM):
            kept.append(content[begin:end])
    if not sized:
        raise PhotoUnusable("It has no picture in it")
    longitude, latitude = taken or (None, None)
    return Photo("image/jpeg", b"".join(kept), longitude, latitude)


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, beginning and end of each segment up to the end of the picture; a scan reaches to the next one."""
    place = 2
    while True:
        if content[place] != 0xFF:
            raise PhotoUnusable("A part of it is damaged")
        marker = content[place + 1]
        if marker == _EOI:
            yield marker, place, place + 2
            return
        if marker == 0xFF:  # filling
            place += 1
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if end > len(content):
            raise IndexError
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, place, end
        place = end


def _end_of_scan(content: bytes, place: int) -> int:
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise IndexError
        if content[place + 1] != 0 and not 0xD0 <= content[place + 1] <= 0xD7:
            return place
        place += 2


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= _MOST_PIXELS:
        raise PhotoUnusable("It has no size, or too many pixels")
