"""The pictures of the documentation are small, and none is there that no page shows."""

import re
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.svg_path import line_through

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


PLACES = st.lists(st.tuples(st.floats(-50, 2000), st.floats(-50, 2000)), min_size=1, max_size=30)


@given(PLACES)
def test_a_drawn_line_goes_through_its_places(places: list[tuple[float, float]]) -> None:
    begin, _, steps = line_through(places).removeprefix("M").partition("l")
    numbers = [float(found) for found in re.findall(r"-?\d*\.?\d+", f"{begin} {steps}")]

    walked = list(zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True))

    assert walked == [pytest.approx(place, abs=0.051) for place in places]
