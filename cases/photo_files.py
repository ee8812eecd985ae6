"""Photographs as they come from a phone: is it one, where does it say it was taken, and the same without that. Pure.

Both formats are chains of parts with lengths. All parts are walked to the end of the picture; what is no part of the
picture itself (EXIF, comments, thumbnails, whatever follows the end) is left out, so that no place, device or person
travels with it.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cases.errors import PhotoUnusable

LARGEST = 1000 * 1024  # bytes
_MOST_PIXELS = 50_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_GPS, _LATITUDE, _LONGITUDE = 0x8825, 2, 4


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
            taken = taken or _place_of(content[begin + 10 : end])
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


def _place_of(exif: bytes) -> tuple[float, float] | None:
    """Return longitude and latitude of an EXIF block; None when it has none that can be read."""
    try:
        order = "<" if exif[:2] == b"II" else ">"
        (first,) = struct.unpack_from(order + "I", exif, 4)
        gps = _entries(exif, order, first)[_GPS]
        (at,) = struct.unpack_from(order + "I", exif, gps + 8)
        found = _entries(exif, order, at)
        latitude, longitude = _degrees(exif, order, found, _LATITUDE), _degrees(exif, order, found, _LONGITUDE)
    except (KeyError, IndexError, struct.error, ZeroDivisionError):
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _entries(exif: bytes, order: str, at: int) -> dict[int, int]:
    """Return where each entry of a directory stands, by its tag."""
    (count,) = struct.unpack_from(order + "H", exif, at)
    places = [at + 2 + 12 * number for number in range(min(count, 500))]
    return {struct.unpack_from(order + "H", exif, place)[0]: place for place in places}


def _degrees(exif: bytes, order: str, entries: dict[int, int], tag: int) -> float:
    """Return an angle of three fractions, with the sign that the tag before it says."""
    (at,) = struct.unpack_from(order + "I", exif, entries[tag] + 8)
    numbers = struct.unpack_from(order + "6I", exif, at)
    angle: float = sum(numbers[2 * part] / numbers[2 * part + 1] / 60**part for part in range(3))
    return -angle if exif[entries[tag - 1] + 8 : entries[tag - 1] + 9] in (b"S", b"W") else angle
