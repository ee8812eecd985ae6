"""Where a photograph says that it was taken (EXIF). Pure."""

import struct

_GPS, _LATITUDE, _LONGITUDE = 0x8825, 2, 4


def place_in_exif(exif: bytes) -> tuple[float, float] | None:
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
