"""Photographs: what is one, what is left out of it, and where it says it was taken."""

import struct
import zlib

import pytest

from cases.errors import PhotoUnusable
from cases.photo_files import LARGEST, read_photo

FRAME = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 30, 40, 1) + b"\x01\x11\x00"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"picture\xff\x00bits\xff\xd0more"


def fractions(*numbers: int) -> bytes:
    return b"".join(struct.pack("<II", number, 1) for number in numbers)


def exif(latitude: tuple[int, int, int], longitude: tuple[int, int, int], signs: bytes = b"NE") -> bytes:
    gps = 8 + 2 + 12 + 4
    values = gps + 2 + 4 * 12 + 4
    tiff = b"II*\0" + struct.pack("<I", 8)
    tiff += struct.pack("<H", 1) + struct.pack("<HHII", 0x8825, 4, 1, gps) + b"\0\0\0\0"
    tiff += struct.pack("<H", 4)
    tiff += struct.pack("<HHI", 1, 2, 2) + signs[:1] + b"\0\0\0" + struct.pack("<HHII", 2, 5, 3, values)
    tiff += struct.pack("<HHI", 3, 2, 2) + signs[1:] + b"\0\0\0" + struct.pack("<HHII", 4, 5, 3, values + 24)
    return tiff + b"\0\0\0\0" + fractions(*latitude) + fractions(*longitude)


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpeg(*parts: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(parts) + FRAME + SCAN + b"\xff\xd9"


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*parts: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 3, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(parts) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


def test_a_jpeg_keeps_its_picture_and_loses_what_the_camera_says() -> None:
    said = segment(0xE1, b"Exif\0\0" + exif((31, 30, 0), (118, 45, 0)))
    photo = read_photo(jpeg(said, segment(0xFE, b"Canon of Mr Li"), segment(0xED, b"IPTC")) + b"a film follows")

    assert photo.kind == "image/jpeg"
    assert photo.content == jpeg()
    assert (photo.latitude, photo.longitude) == (31.5, 118.75)


def test_the_south_and_the_west_are_below_nothing() -> None:
    photo = read_photo(jpeg(segment(0xE1, b"Exif\0\0" + exif((1, 0, 0), (2, 0, 0), b"SW"))))

    assert (photo.latitude, photo.longitude) == (-1, -2)


@pytest.mark.parametrize("broken", [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", exif((1, 0, 0), (999, 0, 0))])
def test_an_exif_that_cannot_be_read_is_no_place_and_no_fault(broken: bytes) -> None:
    photo = read_photo(jpeg(segment(0xE1, b"Exif\0\0" + broken)))

    assert (photo.content, photo.longitude) == (jpeg(), None)


def test_a_png_keeps_its_picture_alone() -> None:
    photo = read_photo(png(chunk(b"tEXt", b"Author\0Li"), chunk(b"eXIf", exif((1, 0, 0), (2, 0, 0)))) + b"<script>")

    assert (photo.kind, photo.content) == ("image/png", png())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg onload=alert(1)>",
        b"\xff\xd8\xff\xd9",
        jpeg()[:-2],
        jpeg()[:20],
        png()[:-6],
        png().replace(b"x", b"y"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 3, 8, 2, 0, 0, 0)) + chunk(b"IEND", b""),
        jpeg() + b"x" * LARGEST,
    ],
)
def test_what_is_no_photograph_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoUnusable, match="Send a JPEG or PNG"):
        read_photo(content)


def test_no_cut_of_a_photograph_breaks_the_reader() -> None:
    for whole in (jpeg(segment(0xE1, b"Exif\0\0" + exif((31, 30, 0), (118, 45, 0)))), png()):
        for length in range(len(whole)):
            with pytest.raises(PhotoUnusable):
                read_photo(whole[:length])
