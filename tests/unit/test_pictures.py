"""The pictures of the documentation are small, and none is there that no page shows."""

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = sorted((DOCS / "pictures").iterdir())
MOST = 3_000_000  # bytes of all of them together


def test_the_pictures_stay_small() -> None:
    assert len(PICTURES) > 20
    assert sum(picture.stat().st_size for picture in PICTURES) < MOST


def test_they_are_drawings_or_webp() -> None:
    assert {picture.suffix for picture in PICTURES} == {".svg", ".webp"}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_each_picture_is_on_a_page(picture: Path) -> None:
    pages = [DOCS.parent / "README.md", *DOCS.rglob("*.md")]

    assert any(f"pictures/{picture.name}" in page.read_text(encoding="utf-8") for page in pages)
