import math

import pytest

from cityops.imports.files.cells import read_code, read_name, read_number, read_text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("310101", "310101"),
        (" 310101\x00", "310101"),
        ("010203", "010203"),
        (310101, "310101"),
        (310101.0, "310101"),
        ("310101.0", "310101"),
        ("３１０１０１", "310101"),
        (310115001002003, "310115001002003"),
        (310115001002003.0, "310115001002003"),
        ("3" * 32, "3" * 32),
    ],
)
def test_a_code_is_a_string_of_digits_whatever_the_cell_was(cell: object, code: str) -> None:
    assert code == read_code(cell)


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        (None, "empty"),
        (math.nan, "empty"),
        ("", "empty"),
        ("　", "empty"),
        ("黄浦", "no string of 1 to 32 digits"),
        ("31-01", "no string of 1 to 32 digits"),
        ("-310101", "no string of 1 to 32 digits"),
        ("310101.5", "no string of 1 to 32 digits"),
        ("3" * 33, "no string of 1 to 32 digits"),
        ("3.10115E+11", "lost digits"),
        (float(2**53), "lost digits"),
    ],
)
def test_what_is_no_code_is_refused_with_advice(cell: object, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        read_code(cell)


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), (math.nan, ""), (" a ", "a"), (3, "3"), (3.0, "3"), (3.5, "3.5")]
)
def test_text(cell: object, text: str) -> None:
    assert text == read_text(cell)


@pytest.mark.parametrize(
    ("cell", "advice"), [("", "empty"), ("街" * 201, "201 characters"), ("a\x07b", "control characters")]
)
def test_a_name_that_no_screen_can_show_is_refused(cell: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        read_name(cell)


def test_the_longest_name_passes() -> None:
    assert read_name("街" * 200) == "街" * 200


@pytest.mark.parametrize("cell", ["", "121,47", "12 1", "东经", None, "nan", "inf", "1_0"])
def test_what_is_no_number_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(cell)
